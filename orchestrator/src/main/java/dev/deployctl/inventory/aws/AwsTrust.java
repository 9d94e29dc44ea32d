package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.http.conn.socket.LayeredConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.jspecify.annotations.Nullable;

/** The certificate authorities of a bundle, which replace those of Java. */
final class AwsTrust {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

  private final SSLContext context;

  private AwsTrust(SSLContext context) {
    this.context = context;
  }

  /** Returns the bundle of AWS_CA_BUNDLE, the profile or REQUESTS_CA_BUNDLE, or null. */
  static @Nullable AwsTrust of(AwsEnvironment environment, AwsProfiles profiles) {
    String source = "AWS_CA_BUNDLE";
    String path = environment.variable(source);
    if (path == null) {
      source = "ca_bundle of the AWS profile " + profiles.chosen();
      path = profiles.value("ca_bundle");
    }
    if (path == null) {
      source = "REQUESTS_CA_BUNDLE";
      path = environment.variable(source);
    }
    return path == null ? null : read(Path.of(path), source);
  }

  private static AwsTrust read(Path file, String source) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Matcher found = CERTIFICATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      while (found.find()) {
        byte[] one = found.group().getBytes(StandardCharsets.ISO_8859_1);
        store.setCertificateEntry(
            "ca-" + store.size(), factory.generateCertificate(new ByteArrayInputStream(one)));
      }
      if (store.size() == 0) {
        throw new IOException("it holds no certificate in PEM form");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return new AwsTrust(context);
    } catch (IOException | GeneralSecurityException e) {
      String why =
          e instanceof java.nio.file.NoSuchFileException
              ? "there is no such file"
              : AwsMessages.line(e.getMessage());
      throw new DeployException(
          FailureKind.CONFIG,
          "cannot read the bundle of certificate authorities "
              + file
              + ", from "
              + source
              + ": "
              + why,
          "name a file of certificates in PEM form, or remove the setting",
          e);
    }
  }

  LayeredConnectionSocketFactory sockets() {
    return new SSLConnectionSocketFactory(context);
  }
}
