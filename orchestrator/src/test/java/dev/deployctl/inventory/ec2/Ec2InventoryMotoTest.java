package dev.deployctl.inventory.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.Inventory.NearMiss;
import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole inventory against moto_server, a real EC2 endpoint. */
final class Ec2InventoryMotoTest {
  private static final String TOKYO = "ap-northeast-1";
  private static final String IRELAND = "eu-west-1";

  @TempDir private static Path directory;
  private static @Nullable MotoServer server;
  private static String stopped = "";

  @BeforeAll
  static void startAndFill() throws IOException, InterruptedException {
    MotoServer moto = MotoServer.start(MotoServer.required(), directory.resolve("moto.log"));
    server = moto;
    moto.instance(TOKYO, Map.of("Name", "web-b", "App", "blog", "Env", "production"));
    moto.instance(TOKYO, Map.of("Name", "web-a", "App", "blog, admin", "Env", "production"));
    moto.instance(TOKYO, Map.of("Name", "web-s", "App", "blog", "Env", "staging"));
    moto.instance(TOKYO, Map.of("Name", "web-x", "App", "blogger", "Env", "production"));
    moto.instance(IRELAND, Map.of("App", "blog", "Env", "production"));
    stopped = moto.instance(TOKYO, Map.of("Name", "old", "App", "blog", "Env", "production"));
    moto.act(TOKYO, "StopInstances", stopped);
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static Ec2Inventory inventory(String... regions) {
    InventorySettings.Ec2 settings =
        new InventorySettings.Ec2(
            List.of(regions),
            Map.of("tag:Env", List.of("production")),
            List.of(),
            null,
            null,
            null,
            null,
            false);
    AwsEnvironment environment =
        new AwsEnvironment(
            Map.of(
                "AWS_ACCESS_KEY_ID", "AKIDTEST",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "AWS_ENDPOINT_URL_EC2", java.util.Objects.requireNonNull(server).endpoint()),
            directory,
            null,
            warning -> {},
            AwsEnvironment.Timeouts.DEFAULT);
    return new Ec2Inventory(settings, environment);
  }

  private static TagQuery query(String key, String value) {
    return new TagQuery(Map.of(key, List.of(value)));
  }

  @Test
  void findsRunningInstancesByTagsAndFilters() {
    List<Host> hosts = inventory(TOKYO).hosts(query("App", "blog"));

    assertThat(hosts).extracting(Host::name).containsExactly("web-a", "web-b");
    assertThat(hosts)
        .allSatisfy(
            host -> {
              assertThat(host.id()).startsWith("i-");
              assertThat(host.address()).matches("[0-9.]+");
              assertThat(host.zone()).startsWith(TOKYO);
            });
  }

  @Test
  void findsAnElementOfACommaSeparatedTag() {
    assertThat(inventory(TOKYO).hosts(query("App", "admin")))
        .extracting(Host::name)
        .containsExactly("web-a");
  }

  @Test
  void asksAllRegions() {
    List<Host> hosts = inventory(TOKYO, IRELAND).hosts(query("App", "blog"));

    assertThat(hosts).hasSize(3);
    assertThat(hosts.getFirst().name()).as("no Name tag").isEqualTo(hosts.getFirst().id());
    assertThat(hosts.getFirst().zone()).startsWith(IRELAND);
  }

  @Test
  void findsNoneWhereThereIsNone() {
    assertThat(inventory(TOKYO).hosts(query("App", "nothing"))).isEmpty();
  }

  @Test
  void leavesOutWhatIsExcluded() {
    TagQuery query = new TagQuery(Map.of("App", List.of("blog")), Map.of("Name", List.of("*-b")));

    assertThat(inventory(TOKYO).hosts(query)).extracting(Host::name).containsExactly("web-a");
  }

  @Test
  void saysWhyAnInstanceIsMissing() {
    assertThat(inventory(TOKYO).nearMisses(query("App", "blog")))
        .extracting(miss -> miss.host().name(), NearMiss::failed)
        .containsExactly(
            Tuple.tuple("old", List.of("is stopped, not running")),
            Tuple.tuple(
                "web-s", List.of("the filter tag:Env=production of deployctl.yml excludes it")),
            Tuple.tuple("web-x", List.of("has App=blogger, not App=blog")));
  }

  @Test
  void assumesARoleAndNamesTheAccountWhenThereIsNoHost() {
    String endpoint = java.util.Objects.requireNonNull(server).endpoint();
    InventorySettings.Ec2 settings =
        new InventorySettings.Ec2(
            List.of(TOKYO),
            Map.of(),
            List.of(),
            null,
            "arn:aws:iam::123456789012:role/deploy",
            "external-1",
            null,
            false);
    Map<String, String> variables =
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY", "secret",
            "AWS_ENDPOINT_URL", endpoint);
    Ec2Inventory inventory =
        new Ec2Inventory(
            settings,
            new AwsEnvironment(
                variables, directory, null, warning -> {}, AwsEnvironment.Timeouts.DEFAULT));

    assertThat(inventory.hosts(query("App", "blog"))).extracting(Host::name).contains("web-s");
    assertThat(inventory.hosts(query("App", "nothing"))).isEmpty();
    assertThat(inventory.describe())
        .startsWith(
            "EC2 ap-northeast-1, account 123456789012"
                + " (arn:aws:sts::123456789012:assumed-role/deploy/");
  }
}
