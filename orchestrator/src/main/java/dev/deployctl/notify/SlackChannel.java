package dev.deployctl.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.config.Notifications;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One message in a channel of Slack, which is updated as the rollout goes on. */
final class SlackChannel implements Channel {
  private final Notifications.Slack settings;
  private final JsonCalls calls;
  private @Nullable String channel;
  private @Nullable String ts;
  private String sent = "";

  SlackChannel(Notifications.Slack settings) {
    this.settings = settings;
    this.calls = new JsonCalls(settings.token(), Map.of());
  }

  @Override
  public String name() {
    return "Slack";
  }

  @Override
  public void send(NotificationState state) throws NotificationException, InterruptedException {
    String text = SlackText.of(state);
    if (text.equals(sent)) {
      return;
    }
    ObjectNode message =
        JsonNodeFactory.instance
            .objectNode()
            .put("channel", channel == null ? settings.channel() : channel)
            .put("text", text);
    if (ts == null) {
      JsonNode answer =
          post("chat.postMessage", message.put("unfurl_links", false).put("unfurl_media", false));
      // An update takes the id of the channel, not its name.
      channel = answer.path("channel").asText(settings.channel());
      ts = answer.path("ts").asText(null);
    } else {
      post("chat.update", message.put("ts", ts));
    }
    sent = text;
  }

  private JsonNode post(String method, ObjectNode message)
      throws NotificationException, InterruptedException {
    JsonCalls.Answer answer = calls.post(URI.create(settings.url() + "/" + method), message);
    if (answer.status() != 200) {
      throw new NotificationException("answered " + answer.status() + " to " + method);
    }
    if (!answer.body().path("ok").asBoolean()) {
      String error = answer.body().path("error").asText("");
      throw new NotificationException(
          "refused "
              + method
              + (error.matches("[a-z_]{1,60}") ? ": " + error : ": no answer of Slack"));
    }
    return answer.body();
  }
}
