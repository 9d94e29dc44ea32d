package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/**
 * The way to a held release: requests with this header or cookie reach it.
 *
 * @param header the name of the header whose value is the token
 * @param cookie the name of the cookie whose value is the token
 * @param token the secret
 * @param url an address of the app, null where the host knows none
 */
public record Preview(
    @WhenAbsent("") String header,
    @WhenAbsent("") String cookie,
    @WhenAbsent("") String token,
    @Nullable String url) {
  /** Returns the same with this secret, which may be empty. */
  public Preview withToken(String secret) {
    return new Preview(header, cookie, secret, url);
  }

  /** Does not contain the token, which must not get into a log. */
  @Override
  public String toString() {
    return "Preview[header=" + header + ", cookie=" + cookie + ", url=" + url + "]";
  }
}
