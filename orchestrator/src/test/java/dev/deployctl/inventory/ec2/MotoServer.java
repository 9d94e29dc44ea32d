package dev.deployctl.inventory.ec2;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The installed moto_server, a real EC2 endpoint, during a test. */
public final class MotoServer implements AutoCloseable {
  private static final Pattern INSTANCE = Pattern.compile("<instanceId>(i-[0-9a-f]+)</instanceId>");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI endpoint;

  private MotoServer(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /**
   * Returns the installed moto_server. Where there is none, the test is skipped, or fails with
   * {@code -Ddeployctl.require.moto=true}.
   */
  public static Path required() {
    String path = System.getenv().getOrDefault("PATH", "");
    Optional<Path> program =
        Stream.of(path.split(File.pathSeparator))
            .map(directory -> Path.of(directory, "moto_server"))
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty()) {
      String missing = "moto_server is not on the PATH, so no EC2 endpoint was asked";
      if (Boolean.getBoolean("deployctl.require.moto")) {
        throw new IllegalStateException(missing + ", and deployctl.require.moto=true");
      }
      System.err.println("=== SKIPPED: " + missing + " ===");
      Assumptions.abort(missing);
    }
    return program.orElseThrow();
  }

  /**
   * Returns the Python of the installed moto_server, which has botocore. Where it lacks one of the
   * modules, the test is skipped, or fails where real programs are required.
   */
  public static Path python(String modules) throws IOException, InterruptedException {
    Path moto = required().toRealPath(); // setup links it into the PATH
    for (String name : List.of("python3", "python")) {
      Path beside = moto.resolveSibling(name);
      if (Files.isExecutable(beside) && imports(beside, modules)) {
        return beside;
      }
    }
    String missing = "beside moto_server there is no Python with " + modules;
    if (Boolean.getBoolean("deployctl.require.real")) {
      throw new IllegalStateException(missing + ", and deployctl.require.real=true");
    }
    System.err.println("=== SKIPPED: " + missing + " ===");
    return Assumptions.abort(missing);
  }

  private static boolean imports(Path python, String modules)
      throws IOException, InterruptedException {
    return new ProcessBuilder(python.toString(), "-c", "import " + modules)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  public static MotoServer start(Path program, Path log) throws IOException, InterruptedException {
    int port = freePort();
    Process process =
        new ProcessBuilder(program.toString(), "-H", "127.0.0.1", "-p", String.valueOf(port))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    MotoServer server = new MotoServer(process, URI.create("http://127.0.0.1:" + port));
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!server.answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        server.close();
        throw new IllegalStateException("moto_server did not start: " + Files.readString(log));
      }
      Thread.sleep(100);
    }
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      return http.send(
                  HttpRequest.newBuilder(endpoint.resolve("/moto-api/")).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  public String endpoint() {
    return endpoint.toString();
  }

  /** Starts one instance with these tags and returns its id. */
  public String instance(String region, Map<String, String> tags)
      throws IOException, InterruptedException {
    StringBuilder call =
        new StringBuilder(
            "Action=RunInstances&MinCount=1&MaxCount=1&ImageId=ami-12c6146b"
                + "&TagSpecification.1.ResourceType=instance");
    int i = 1;
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      call.append("&TagSpecification.1.Tag.").append(i).append(".Key=").append(url(tag.getKey()));
      call.append("&TagSpecification.1.Tag.")
          .append(i)
          .append(".Value=")
          .append(url(tag.getValue()));
      i++;
    }
    Matcher id = INSTANCE.matcher(call(region, call.toString()));
    if (!id.find()) {
      throw new IllegalStateException("no instance was started");
    }
    return id.group(1);
  }

  /** Calls an action that takes ids: StopInstances, TerminateInstances. */
  void act(String region, String action, String... ids) throws IOException, InterruptedException {
    String list =
        Stream.of(ids)
            .map(id -> "&InstanceId." + (List.of(ids).indexOf(id) + 1) + "=" + id)
            .collect(Collectors.joining());
    call(region, "Action=" + action + list);
  }

  private String call(String region, String form) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/"
                    + region
                    + "/ec2/aws4_request, SignedHeaders=host, Signature=0")
            .POST(HttpRequest.BodyPublishers.ofString(form + "&Version=2016-11-15"))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  private static String url(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    http.close();
  }
}
