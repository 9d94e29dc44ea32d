package dev.deployctl.cli.setup;

import dev.deployctl.model.App;

/** The first deployctl.yml of a project. */
final class Template {
  private Template() {}

  static String withFile(App app) {
    return HEAD
        + """
        inventory:
          file: hosts.yml            # hosts and their tags; ec2 asks AWS instead
        """
        + tail(app);
  }

  static String withEc2(App app, String region) {
    return HEAD
        + """
        inventory:
          ec2:
            regions: [%s]
            # filters: { "tag:Env": production }   # as DescribeInstances takes them
            # address: [private-ip, public-ip]     # the first that a host has
        """
            .formatted(region)
        + tail(app);
  }

  static String hosts(App app) {
    return """
    # The hosts, for deployctl.yml. A name is what you would type after ssh.
    hosts:
      - { name: web-1.example.com, zone: a, tags: { App: %1$s } }
      - { name: web-2.example.com, zone: b, tags: { App: %1$s } }
    """
        .formatted(app);
  }

  private static String tail(App app) {
    return """

    rollout:                     # for every app; an app may say otherwise
      canary: 1                  # this many hosts first
      batch-size: 25%%            # then so many at once: a number, a share, or a list of them
      max-failures: 0            # failed hosts to tolerate before the rollout stops
      # pause: 10s               # between batches
      # on-failure: rollback     # roll changed hosts back automatically (default: stop)

    apps:
      %1$s:
        hosts: { App: %1$s }     # tags that a host must have
        # rollout: { batch-size: [1, 25%%, 50%%] }

    # environments:              # laid over all of this with --environment staging
    #   staging:
    #     inventory: { file: hosts.staging.yml }
    """
        .formatted(app);
  }

  private static final String HEAD =
      """
      # How deployctl rolls out this project. Holds no secret and grants no right: what an app may
      # do on a host, its operators say there. "deployctl config" shows what holds in the end.

      # ssh:                       # where it differs from your ~/.ssh/config
      #   user: deploy

      """;
}
