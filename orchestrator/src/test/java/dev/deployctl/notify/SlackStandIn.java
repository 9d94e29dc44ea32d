package dev.deployctl.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * Slack's chat.postMessage and chat.update: answers are 200 with {@code ok}, a message is updated
 * by the id of its channel and its {@code ts}, and both methods need a text.
 */
public final class SlackStandIn extends StandIn {
  private static final String ID = "C0123456789";
  private static final String TS = "1764000000.000100";

  public SlackStandIn() throws IOException {}

  @Override
  void answer(HttpExchange exchange, JsonNode body) throws IOException {
    String channel = body.path("channel").asText();
    if (!body.path("text").isTextual() || body.path("text").asText().isEmpty()) {
      refuse(exchange, 200, "no_text");
      return;
    }
    switch (exchange.getRequestURI().getPath()) {
      case "/chat.postMessage" -> {
        if (!channel.equals("#deploys") && !channel.equals(ID)) {
          refuse(exchange, 200, "channel_not_found");
          return;
        }
        accept(
            exchange,
            body,
            200,
            JSON.createObjectNode().put("ok", true).put("channel", ID).put("ts", TS));
      }
      case "/chat.update" -> {
        if (!channel.equals(ID)) {
          refuse(exchange, 200, "channel_not_found");
        } else if (!body.path("ts").asText().equals(TS)) {
          refuse(exchange, 200, "message_not_found");
        } else {
          accept(
              exchange,
              body,
              200,
              JSON.createObjectNode().put("ok", true).put("channel", ID).put("ts", TS));
        }
      }
      default -> refuse(exchange, 200, "unknown_method");
    }
  }

  @Override
  void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    refused(reason);
    send(exchange, 200, JSON.createObjectNode().put("ok", false).put("error", reason));
  }
}
