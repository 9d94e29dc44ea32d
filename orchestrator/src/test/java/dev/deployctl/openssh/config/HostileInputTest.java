package dev.deployctl.openssh.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.openssh.keys.PrivateKeyText;
import dev.deployctl.openssh.keys.SshCertificate;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.openssh.keys.TestKey;
import dev.deployctl.openssh.keys.TestKey.Claims;
import dev.deployctl.openssh.keys.WireWriter;
import dev.deployctl.openssh.knownhosts.KnownHostsLine;
import java.nio.file.Path;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The readers return a result for any input; they never throw or hang. */
class HostileInputTest {
  private static final TestKey KEY = TestKey.ed25519();
  private static final SshPublicKey CERTIFICATE =
      TestKey.ed25519().certify(KEY.key(), Claims.forHost("web1"));

  @Provide
  Arbitrary<String> lines() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(60),
        Arbitraries.strings().withChars("ab\"'\\# \t=,!*?|@1").ofMaxLength(40));
  }

  @Provide
  Arbitrary<String> globs() {
    return Arbitraries.strings().withChars("ab*?").ofMaxLength(12);
  }

  @Provide
  Arbitrary<String> letters() {
    return Arbitraries.strings().withChars("ab").ofMaxLength(12);
  }

  @Property
  void knownHostsLinesAreReadOrIgnored(@ForAll("lines") String text) {
    assertThat(KnownHostsLine.read(Path.of("f"), 1, text)).isNotNull();
    assertThat(KnownHostsLine.read(Path.of("f"), 1, text + " " + KEY.key().line())).isNotNull();
  }

  @Property
  void configLinesAreReadOrIgnored(@ForAll("lines") String text) {
    assertThat(ConfigLine.read(Path.of("f"), 1, text)).isNotNull();
  }

  @Property
  void quotedArgumentsAreSplitAsTheyWere(@ForAll("letters") String a, @ForAll("lines") String b) {
    String quoted = b.replace("\\", "\\\\").replace("\"", "\\\"");
    assertThat(ConfigLine.split("x" + a + " \"" + quoted + "\"").orElseThrow())
        .containsExactly("x" + a, b);
  }

  @Property
  void patternsMatchAsRegularExpressionsDo(
      @ForAll("letters") String text, @ForAll("globs") String glob) {
    String regex = glob.replace("*", ".*").replace("?", ".");
    assertThat(Patterns.matches(text, glob)).isEqualTo(Pattern.matches(regex, text));
  }

  @Property(tries = 3)
  void longPatternsMatchQuickly() {
    assertThat(Patterns.matches("a".repeat(5000), "*a".repeat(500) + "b")).isFalse();
  }

  @Property
  void keysAndCertificatesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    assertThat(SshPublicKey.of(bytes).flatMap(SshPublicKey::plain)).isNotNull();
    byte[] typed = new WireWriter().string("ssh-rsa-cert-v01@openssh.com").string(bytes).bytes();
    SshPublicKey key = SshPublicKey.of(typed).orElseThrow();
    assertThat(SshCertificate.of(key)).isEmpty();
    assertThat(key.rsaBits()).isZero();
  }

  @Property
  void damagedCertificatesAreReadOrRefused(
      @ForAll @IntRange(max = 400) int at, @ForAll byte value, @ForAll boolean cut) {
    byte[] blob = CERTIFICATE.blob();
    int place = at % blob.length;
    blob[place] = value;
    byte[] damaged = cut ? java.util.Arrays.copyOf(blob, place) : blob;
    assertThat(SshPublicKey.of(damaged).flatMap(SshCertificate::of)).isNotNull();
  }

  @Property
  void privateKeysAreRecognizedOrNot(@ForAll String text, @ForAll boolean framed) {
    String content =
        framed
            ? "-----BEGIN OPENSSH PRIVATE KEY-----\n" + text + "\n-----END OPENSSH PRIVATE KEY-----"
            : text;
    assertThat(PrivateKeyText.read(content)).isNotNull();
  }

  @Property
  void addressesAreReadOrNot(@ForAll("lines") String text) {
    assertThat(NumericAddress.canonical(text)).isNotNull();
  }
}
