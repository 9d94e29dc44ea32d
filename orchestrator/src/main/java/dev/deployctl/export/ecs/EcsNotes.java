package dev.deployctl.export.ecs;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.ReleaseStep;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.Notes;
import dev.deployctl.export.Part;
import dev.deployctl.export.Remark;
import java.util.ArrayList;
import java.util.List;

/** The page beside the files for ECS: what does not map, and the commands in their order. */
final class EcsNotes {
  private EcsNotes() {}

  static Notes of(AppAsRun app, List<Remark> remarks) {
    Notes notes =
        new Notes(app.app() + " " + app.label() + " for Amazon ECS")
            .paragraph(
                "Image `"
                    + app.image()
                    + "`, as "
                    + app.hosts()
                    + " hosts run it. No value of the"
                    + " environment is in these files.")
            .remarks(remarks)
            .heading("Steps");
    if (copiesValues(app)) {
      notes
          .paragraph("Create the parameters; each line waits for a value and its Enter:")
          .commands(
              app.variables().stream()
                  .map(
                      name ->
                          "read -rs VALUE; printf %s \"$VALUE\" | aws ssm put-parameter --type"
                              + " SecureString --value file:///dev/stdin --name /"
                              + app.app()
                              + "/"
                              + name)
                  .toList());
    }
    if (app.definition().web() != null) {
      notes
          .paragraph("Create the target group, and a listener that forwards to it:")
          .commands(
              List.of(
                  "aws elbv2 create-target-group --cli-input-json file://target-group.json --vpc-id"
                      + " VPC",
                  "aws elbv2 modify-target-group-attributes --target-group-arn"
                      + " \"$TARGET_GROUP_ARN\" --attributes"
                      + " Key=deregistration_delay.timeout_seconds,Value="
                      + Part.seconds(app.definition().drain().timeoutMs())));
    }
    return notes
        .paragraph(
            "Set what the files ask for: `AWS_REGION`, `ECS_CLUSTER`, `EXECUTION_ROLE_ARN`"
                + (app.definition().web() == null ? "" : ", `TARGET_GROUP_ARN`")
                + ". Then, with ecspresso 2:")
        .commands(deployment(app));
  }

  private static boolean copiesValues(AppAsRun app) {
    return List.of("file", "etcd").contains(app.definition().env().source())
        && !app.variables().isEmpty();
  }

  private static List<String> deployment(AppAsRun app) {
    Definition definition = app.definition();
    List<String> lines = new ArrayList<>();
    List<String> paths = app.parts().stream().map(part -> part.name() + "/ecspresso.yml").toList();
    paths.forEach(path -> lines.add("ecspresso verify --config " + path));
    ReleaseStep release = definition.releaseCommand();
    if (release != null) {
      lines.add("# " + String.join(" ", release.command()));
      lines.add(
          "ecspresso run --config "
              + paths.getFirst()
              + " --overrides-file release-overrides.json");
    }
    paths.forEach(path -> lines.add("ecspresso deploy --config " + path));
    if (!definition.schedules().isEmpty()) {
      lines.add("ecschedule -conf ecschedule.yml apply -all");
    }
    lines.add("# move requests to the load balancer, then end the app here:");
    lines.add("deployctl stop " + app.app());
    return lines;
  }
}
