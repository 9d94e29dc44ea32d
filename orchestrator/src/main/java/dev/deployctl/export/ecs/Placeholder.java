package dev.deployctl.export.ecs;

/** Text for the templates of ecspresso and ecschedule, which are filled in before they are read. */
final class Placeholder {
  static final String REGION = environment("AWS_REGION");
  static final String CLUSTER = environment("ECS_CLUSTER");
  static final String EXECUTION_ROLE = environment("EXECUTION_ROLE_ARN");
  static final String TARGET_GROUP = environment("TARGET_GROUP_ARN");

  private Placeholder() {}

  /** Returns a placeholder for an environment variable, without which the tool refuses to run. */
  private static String environment(String name) {
    return "{{ must_env `" + name + "` }}";
  }

  /** Returns a placeholder for the ARN of a secret. */
  static String secretArn(String name) {
    return "{{ secretsmanager_arn `" + name + "` }}";
  }

  /** Returns text that is the same after the template was filled in. */
  static String literal(String text) {
    return text.replace("{{", "{{`{{`}}");
  }
}
