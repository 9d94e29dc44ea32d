package dev.deployctl.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Set;

/**
 * GitHub's deployments and their statuses, for the repository acme/blog with the commit a3b4c5d and
 * the tag v2.
 */
public final class GitHubStandIn extends StandIn {
  private static final Set<String> STATES =
      Set.of("error", "failure", "inactive", "in_progress", "queued", "pending", "success");
  private static final Set<String> REFS = Set.of("a3b4c5d", "v2");
  private static final String DEPLOYMENTS = "/repos/acme/blog/deployments";
  private static final long ID = 4_294_967_297L;

  public GitHubStandIn() throws IOException {}

  @Override
  void answer(HttpExchange exchange, JsonNode body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (exchange.getRequestHeaders().getFirst("User-Agent") == null) {
      refuse(exchange, 403, "Request forbidden by administrative rules: no User-Agent");
    } else if (body.path("description").asText().length() > 140) {
      refuse(exchange, 422, "description is too long (maximum is 140 characters)");
    } else if (path.equals(DEPLOYMENTS)) {
      create(exchange, body);
    } else if (path.equals(DEPLOYMENTS + "/" + ID + "/statuses")) {
      if (STATES.contains(body.path("state").asText())) {
        accept(exchange, body, 201, JSON.createObjectNode().put("id", 1));
      } else {
        refuse(exchange, 422, "state is not included in the list");
      }
    } else {
      refuse(exchange, 404, "Not Found");
    }
  }

  private void create(HttpExchange exchange, JsonNode body) throws IOException {
    if (!REFS.contains(body.path("ref").asText())) {
      refuse(exchange, 422, "No ref found for: " + body.path("ref").asText());
    } else if (body.path("auto_merge").asBoolean(true)) {
      refuse(exchange, 202, "Auto-merged main into the branch");
    } else if (!body.path("required_contexts").isArray()) {
      refuse(exchange, 409, "Conflict: Commit status checks failed");
    } else {
      accept(exchange, body, 201, JSON.createObjectNode().put("id", ID));
    }
  }

  @Override
  void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    refused(reason);
    String message = reason.equals("invalid_auth") ? "Bad credentials" : reason;
    send(exchange, status, JSON.createObjectNode().put("message", message));
  }
}
