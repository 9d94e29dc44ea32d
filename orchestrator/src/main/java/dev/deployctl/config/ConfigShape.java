package dev.deployctl.config;

import dev.deployctl.model.AddressKind;
import dev.deployctl.model.Amount;
import dev.deployctl.model.ArgumentPatterns;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Durations;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import dev.deployctl.yaml.Shape;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The table of deployctl.yml: every key with its values, its meaning and its default. The checker,
 * the JSON Schema and the effective configuration all read this table.
 */
final class ConfigShape {
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,6}|([0-9]|[1-9][0-9]|100) ?%");
  private static final Pattern DURATION = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,3})?(ms|s|m|h|d)");
  private static final Pattern REGION = Pattern.compile("[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}");
  private static final Pattern ALARM = Pattern.compile("[^\\p{Cntrl}]{1,255}");
  private static final Pattern REPOSITORY =
      Pattern.compile("[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}");
  private static final Pattern ARN = Pattern.compile("arn:[a-z-]+:iam::[0-9]{12}:role/\\S+");
  private static final Pattern ANY_KEY = Pattern.compile("(?s).{1,255}");

  private static final Shape TEXT = matching("text", Pattern.compile("(?s).+"));
  private static final Shape DURATION_SHAPE =
      new Shape.Scalar("a duration such as 10s", Durations::parse, DURATION);
  private static final Shape AMOUNT_SHAPE =
      new Shape.Scalar("a number or a percentage", Amount::parse, AMOUNT);
  private static final Shape BATCH_SIZE =
      new Shape.Scalar("a number or a percentage", ConfigShape::batchSize, AMOUNT);
  private static final Shape TEXTS = new Shape.Items(TEXT, true);
  private static final Shape COMMANDS = new Shape.Items(new Shape.Items(TEXT, false), false);
  private static final Shape WORDS_BY_KEY = new Shape.Entries("key", ANY_KEY, valuesShape());

  static final Shape.Fields SSH =
      fields(
          field("config", TEXT, "an ssh_config to read instead of ~/.ssh/config", null),
          field("user", TEXT, "the user to log in as", null),
          field("port", number(1, 65_535), "the port", null),
          field("identity-file", TEXTS, "private keys to try", null),
          field("connect-timeout", DURATION_SHAPE, "how long a connection may take", null));

  static final Shape.Fields EC2 =
      fields(
          field(
              "regions",
              new Shape.Items(matching("a region such as eu-west-1", REGION), true),
              "regions to ask; without it, the region of the AWS environment or profile",
              null),
          field(
              "filters", WORDS_BY_KEY, "conditions of DescribeInstances, passed as they are", null),
          field(
              "address",
              new Shape.Items(choice(AddressKind.values()), true),
              "what SSH connects to: the first that an instance has",
              "[private-ip, public-ip]"),
          field("profile", TEXT, "AWS profile", null),
          field("role-arn", matching("the ARN of a role", ARN), "role to assume", null),
          field("external-id", TEXT, "external id for that role", null),
          field("endpoint", url(), "another EC2 endpoint than AWS's own", null),
          field(
              "skip-failing-regions",
              new Shape.Choice(List.of("true", "false")),
              "leave out a region that does not answer, with a warning",
              "false"));

  static final Shape.Fields INVENTORY =
      fields(
          field("ec2", EC2, "instances of EC2", null),
          field("file", TEXT, "a list of hosts, relative to this file", null));

  static final Shape.Fields GATE =
      fields(
          field("name", TEXT, "what people call it; the default names what it asks", null),
          field(
              "after",
              new Shape.Choice(List.of("canary", "batch", "each")),
              "the batches that it follows: the canary, the others, or each",
              "each"),
          field("command", new Shape.Items(TEXT, false), "a command that must end with 0", null),
          field("url", url(), "an address that must answer with 2xx", null),
          field(
              "alarm",
              new Shape.Items(matching("the name of an alarm", ALARM), true),
              "alarms of CloudWatch that must be OK",
              null),
          field(
              "region",
              matching("a region such as eu-west-1", REGION),
              "the region of the alarms; without it, that of the inventory",
              null),
          field("question", TEXT, "a question that a person must answer with yes", null),
          field("timeout", DURATION_SHAPE, "how long it may take to answer", null),
          field("for", DURATION_SHAPE, "how long the url or alarm must stay good", "0s"));

  static final Shape.Fields ROLLOUT =
      fields(
          field("canary", AMOUNT_SHAPE, "hosts of the first batch; 0 for no canary", "1"),
          field(
              "batch-size",
              new Shape.Items(BATCH_SIZE, true),
              "sizes of the batches that follow, the last one repeated",
              "25%"),
          field("pause", DURATION_SHAPE, "wait between batches", "0s"),
          field("bake", DURATION_SHAPE, "how long to watch the canary before going on", "0s"),
          field("max-failures", AMOUNT_SHAPE, "failed hosts that are tolerated", "0"),
          field("max-unreachable", AMOUNT_SHAPE, "unreachable hosts that are tolerated", "0"),
          field(
              "on-failure",
              new Shape.Choice(List.of("stop", "rollback")),
              "what to do once the failure budget is spent",
              "stop"),
          field("parallelism", number(1, 1000), "hosts that are talked to at once", "32"),
          field(
              "zones",
              new Shape.Choice(List.of("spread", "one-by-one")),
              "how batches are laid over availability zones",
              "spread"),
          field(
              "gates",
              new Shape.Items(GATE, false),
              "what must be true before the rollout goes on after a batch",
              null));

  static final Shape.Fields APP =
      fields(
          required("hosts", WORDS_BY_KEY, "the tags of its hosts; of several values any will do"),
          field("exclude", WORDS_BY_KEY, "hosts with one of these tags are left out", null),
          field("rollout", ROLLOUT, "what differs from the rollout above", null));

  static final Shape.Fields HOOKS =
      fields(
          field("before", COMMANDS, "commands to run before a rollout, restart or rollback", null),
          field("after", COMMANDS, "commands to run after one that succeeded", null),
          field("failed", COMMANDS, "commands to run after one that did not", null));

  static final Shape.Fields SLACK =
      fields(
          required("token", TEXT, "the token of a bot, as ${NAME}"),
          required("channel", TEXT, "the channel, by its name or id"),
          field("url", url(), "where the Web API is", NotifyValues.SLACK_URL));

  static final Shape.Fields GITHUB =
      fields(
          required("token", TEXT, "a token that may write deployments, as ${NAME}"),
          required(
              "repository",
              matching("a repository such as acme/blog", REPOSITORY),
              "the repository"),
          field("environment", TEXT, "the name of the environment on GitHub", null),
          field("url", url(), "where the REST API is", NotifyValues.GITHUB_URL));

  static final Shape.Fields NOTIFY =
      fields(
          field("webhook", new Shape.Items(url(), true), "URLs that get the summary", null),
          field("slack", SLACK, "a channel with one message for each rollout", null),
          field("github", GITHUB, "a repository with a deployment for each rollout", null));

  private static final Shape APPS = new Shape.Entries("app name", ArgumentPatterns.APP, APP);

  /** The keys that an environment may override: all but environments. */
  static final Shape.Fields ENVIRONMENT =
      fields(
          field("ssh", SSH, "how to connect", null),
          required("inventory", INVENTORY, "where hosts come from: ec2 or file"),
          field("rollout", ROLLOUT, "how a rollout goes over its hosts", null),
          required("apps", APPS, "the applications, each with the tags of its hosts"),
          field("roles-tag", TEXT, "the host tag whose value becomes [host] roles, by apply", null),
          field("hooks", HOOKS, "commands to run on this workstation", null),
          field("notify", NOTIFY, "whom to tell", null));

  static final Shape.Fields ROOT =
      with(
          ENVIRONMENT,
          field(
              "environments",
              new Shape.Entries(
                  "environment name", Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*"), ENVIRONMENT),
              "what differs in each environment",
              null));

  private ConfigShape() {}

  private record Named(String name, Shape.Field field) {}

  private static Named field(
      String name, Shape shape, String description, @Nullable String fallback) {
    return new Named(name, new Shape.Field(shape, description, false, fallback));
  }

  private static Named required(String name, Shape shape, String description) {
    return new Named(name, new Shape.Field(shape, description, true, null));
  }

  private static Shape.Fields fields(Named... all) {
    SequencedMap<String, Shape.Field> map = new LinkedHashMap<>();
    for (Named named : all) {
      map.put(named.name, named.field);
    }
    return new Shape.Fields(map);
  }

  private static Shape.Fields with(Shape.Fields first, Named more) {
    SequencedMap<String, Shape.Field> map = new LinkedHashMap<>(first.fields());
    map.put(more.name, more.field);
    return new Shape.Fields(map);
  }

  private static Shape valuesShape() {
    return new Shape.Items(new Shape.Scalar("text", text -> {}, null), true);
  }

  private static Shape choice(AddressKind[] kinds) {
    return new Shape.Choice(Arrays.stream(kinds).map(AddressKind::word).toList());
  }

  private static Shape matching(String what, Pattern pattern) {
    Consumer<String> check =
        text -> {
          if (!pattern.matcher(text).matches()) {
            throw wrong(text.isEmpty() ? "is empty" : Quoted.of(text) + " is not " + what);
          }
        };
    return new Shape.Scalar(what, check, pattern);
  }

  private static Shape number(int least, int most) {
    String what = "a whole number from " + least + " to " + most;
    Consumer<String> check =
        text -> {
          if (!text.matches("[0-9]{1,9}")
              || Integer.parseInt(text) < least
              || Integer.parseInt(text) > most) {
            throw wrong(Quoted.of(text) + " is not " + what);
          }
        };
    return new Shape.Scalar(what, check, Pattern.compile("[0-9]{1,9}"));
  }

  private static Shape url() {
    Pattern pattern = Pattern.compile("https?://\\S+");
    Consumer<String> check =
        text -> {
          try {
            if (pattern.matcher(text).matches() && URI.create(text).getHost() != null) {
              return;
            }
          } catch (IllegalArgumentException e) {
            // Said below, like every other text that is no URL.
          }
          // Not quoted: what was filled in here may be a secret.
          throw wrong("is not a URL such as https://host/path");
        };
    return new Shape.Scalar("a URL", check, pattern);
  }

  private static void batchSize(String text) {
    Amount amount = Amount.parse(text);
    if (amount.equals(new Amount.Count(0)) || amount.equals(new Amount.Percent(0))) {
      throw wrong("a batch of " + amount + " hosts would never end");
    }
  }

  private static DeployException wrong(String message) {
    return new DeployException(FailureKind.CONFIG, message, null);
  }
}
