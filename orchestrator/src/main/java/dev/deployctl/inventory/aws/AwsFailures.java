package dev.deployctl.inventory.aws;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.http.timers.client.ClientExecutionTimeoutException;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Durations;
import dev.deployctl.model.FailureKind;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Converts failures of AWS to messages: what happened, and what to do next. */
public final class AwsFailures {
  private final AwsEnvironment.Timeouts timeouts;

  public AwsFailures(AwsEnvironment.Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  /**
   * Returns the exception for a failure.
   *
   * @param who the service: {@code EC2 in eu-west-1}
   * @param where the endpoint, or null for that of AWS
   * @param credentials the source of the credentials
   */
  public DeployException explain(
      Throwable failure, String who, @Nullable String where, String credentials) {
    String endpoint = where == null ? "" : " at " + where;
    String asked = who + endpoint;
    return switch (failure) {
      case DeployException known -> known;
      case AmazonServiceException answer -> answer(answer, asked, credentials);
      case ClientExecutionTimeoutException e -> tooLong(asked, e);
      case TimeoutException e -> tooLong(asked, e);
      default -> noAnswer(failure, asked);
    };
  }

  private DeployException tooLong(String asked, Throwable cause) {
    return failure(
        asked + " did not answer completely within " + Durations.text(timeouts.whole()),
        "check the network and a proxy in between, then try again",
        cause);
  }

  private static DeployException answer(
      AmazonServiceException answer, String asked, String credentials) {
    String code = AwsMessages.line(answer.getErrorCode());
    String said = AwsMessages.line(answer.getErrorMessage());
    String words = " (" + code + (said.isEmpty() ? "" : ": " + said) + ")";
    return switch (code) {
      case "AuthFailure",
          "SignatureDoesNotMatch",
          "InvalidClientTokenId",
          "UnrecognizedClientException",
          "MissingAuthenticationToken" ->
          failure(
              asked + " does not accept the credentials from " + credentials + words,
              "check these credentials, and that this machine's clock is right",
              answer);
      case "RequestExpired", "ExpiredToken", "ExpiredTokenException", "RequestTimeTooSkewed" ->
          failure(
              asked + " says that the credentials from " + credentials + " have expired" + words,
              "get new ones, or correct this machine's clock",
              answer);
      case "UnauthorizedOperation", "AccessDenied", "AccessDeniedException" ->
          failure(
              asked + " does not allow this with the credentials from " + credentials + words,
              permission(asked),
              answer);
      case "OptInRequired", "Blocked", "PendingVerification" ->
          failure(
              asked + " is not open to this AWS account" + words,
              "enable the region or fix the account in the AWS console, or use another region",
              answer);
      case "RequestLimitExceeded",
          "Throttling",
          "ThrottlingException",
          "SlowDown",
          "TooManyRequestsException" ->
          failure(
              asked + " throttles requests, also on the third try" + words,
              "wait a minute and try again",
              answer);
      case "FilterLimitExceeded" -> wrongQuery(asked, words, answer);
      default -> {
        if (code.startsWith("Invalid") || code.equals("UnknownParameter")) {
          yield wrongQuery(asked, words, answer);
        }
        yield other(answer, asked, said, words);
      }
    };
  }

  private static String permission(String asked) {
    if (asked.startsWith("STS")) {
      return "the role's trust policy must let these credentials assume it";
    }
    return "they need the permission "
        + (asked.startsWith("CloudWatch") ? "cloudwatch:DescribeAlarms" : "ec2:DescribeInstances");
  }

  private static DeployException wrongQuery(
      String asked, String words, AmazonServiceException answer) {
    return new DeployException(
        FailureKind.CONFIG,
        asked + " refuses the query" + words,
        asked.startsWith("CloudWatch")
            ? "check the alarms under gates in deployctl.yml"
            : "check inventory.ec2.filters and the app's hosts in deployctl.yml",
        answer);
  }

  private static DeployException other(
      AmazonServiceException answer, String asked, String said, String words) {
    int status = answer.getStatusCode();
    if (said.isEmpty()) {
      return failure(
          asked + " answered " + status + " without an AWS error: another server answered",
          "check the endpoint, a proxy, and a login page of the network",
          answer);
    }
    if (status >= 500) {
      return failure(
          asked + " failed internally, also on the third try" + words,
          "try again in a minute; outages of AWS are on health.aws.amazon.com",
          answer);
    }
    return failure(asked + " refuses" + words, null, answer);
  }

  private DeployException noAnswer(Throwable failure, String asked) {
    Throwable cause = deepest(failure);
    String message = AwsMessages.line(failure.getMessage());
    String why = AwsMessages.line(cause.getMessage());
    return switch (cause) {
      case UnknownHostException e ->
          failure(
              "there is no address for " + asked + ": the name " + why + " cannot be resolved",
              "check the region's name and the network's DNS",
              failure);
      case SSLException e ->
          failure(
              asked + " cannot be reached: no trusted TLS connection (" + why + ")",
              "if a proxy inspects TLS, name its certificate authority: AWS_CA_BUNDLE=/path/ca.pem,"
                  + " or ca_bundle in the profile; otherwise check the endpoint",
              failure);
      case SocketTimeoutException e
          when why.toLowerCase(java.util.Locale.ROOT).contains("connect") ->
          notReached(failure, asked);
      case org.apache.http.conn.ConnectTimeoutException e -> notReached(failure, asked);
      case SocketTimeoutException e ->
          failure(
              asked
                  + " sent nothing for "
                  + Durations.text(timeouts.socket())
                  + ", also on the third try",
              "check the network and a proxy in between, then try again",
              failure);
      case ConnectException e ->
          failure(
              "no connection to " + asked + ": " + why,
              "check the endpoint, the network and a firewall in between",
              failure);
      default -> {
        if (message.contains("Unable to unmarshall")) {
          yield failure(
              asked + " did not answer with the XML of EC2",
              "check the endpoint, a proxy, and a login page of the network",
              failure);
        }
        if (cause instanceof java.io.IOException) {
          yield failure(
              "the connection to " + asked + " broke: " + why,
              "check the network and a proxy in between, then try again",
              failure);
        }
        yield failure(asked + " could not be queried: " + message, null, failure);
      }
    };
  }

  private DeployException notReached(Throwable failure, String asked) {
    return failure(
        "no connection to " + asked + " within " + Durations.text(timeouts.connect()),
        "check the network and a firewall in between",
        failure);
  }

  private static Throwable deepest(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < 10 && cause.getCause() != null; i++) {
      if (cause instanceof SocketTimeoutException || cause instanceof SSLException) {
        return cause;
      }
      cause = cause.getCause();
    }
    return cause;
  }

  private static DeployException failure(String what, @Nullable String hint, Throwable cause) {
    return new DeployException(FailureKind.INVENTORY, what, hint, cause);
  }
}
