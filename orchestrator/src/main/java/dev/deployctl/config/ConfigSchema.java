package dev.deployctl.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.yaml.Shape;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * The JSON Schema of deployctl.yml, for editors: made from the table that the loader checks by, so
 * the two cannot drift apart. Draft 7, which the YAML language server knows best.
 */
public final class ConfigSchema {
  /** Any text may be a variable that is filled in later. */
  private static final String VARIABLE = "\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ConfigSchema() {}

  /** The schema as text, the same on every call. */
  public static String json() {
    ObjectNode schema = JSON.objectNode();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "deployctl.yml");
    schema.setAll(fields(ConfigShape.ROOT));
    schema.set(
        "anyOf", JSON.arrayNode().add(required("inventory", "apps")).add(required("environments")));
    ObjectNode definitions = schema.putObject("definitions");
    ConfigShape.ENVIRONMENT
        .fields()
        .forEach((key, field) -> definitions.set(key, shape(field.shape())));
    try {
      return new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(schema)
          + "\n";
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode required(String... keys) {
    ObjectNode node = JSON.objectNode();
    ArrayNode list = node.putArray("required");
    for (String key : keys) {
      list.add(key);
    }
    return node;
  }

  private static ObjectNode shape(Shape shape) {
    return switch (shape) {
      case Shape.Fields fields -> fields(fields);
      case Shape.Entries entries -> entries(entries);
      case Shape.Items items -> items(items);
      case Shape.Scalar scalar -> scalar(scalar);
      case Shape.Choice choice -> choice(choice);
    };
  }

  private static ObjectNode fields(Shape.Fields shape) {
    ObjectNode node = types("object", "null");
    ObjectNode properties = node.putObject("properties");
    shape
        .fields()
        .forEach(
            (key, field) -> {
              // What an environment may say again is written once.
              boolean shared = field.equals(ConfigShape.ENVIRONMENT.fields().get(key));
              ObjectNode property =
                  shared
                      ? JSON.objectNode().put("$ref", "#/definitions/" + key)
                      : shape(field.shape());
              String fallback = field.fallback();
              property.put(
                  "description",
                  field.description() + (fallback == null ? "" : " (default: " + fallback + ")"));
              properties.set(key, property);
            });
    return node.put("additionalProperties", false);
  }

  private static ObjectNode entries(Shape.Entries shape) {
    ObjectNode node = types("object", "null");
    ObjectNode names = node.putObject("propertyNames");
    names.put("pattern", "^(" + ecma(shape.keys()) + ")$");
    node.set("additionalProperties", shape(shape.value()));
    return node;
  }

  private static ObjectNode items(Shape.Items shape) {
    ObjectNode list = types("array").put("minItems", 1);
    list.set("items", shape(shape.item()));
    if (!shape.orOne()) {
      return list;
    }
    ObjectNode node = JSON.objectNode();
    node.set("anyOf", JSON.arrayNode().add(shape(shape.item())).add(list));
    return node;
  }

  private static ObjectNode scalar(Shape.Scalar shape) {
    Pattern pattern = shape.pattern();
    // A pattern says nothing of numbers in a schema, so where none can match their type is left
    // out.
    ObjectNode node =
        pattern == null || pattern.matcher("1").matches()
            ? types("string", "number", "boolean", "null")
            : types("string", "null");
    if (pattern != null) {
      node.put("pattern", "^(" + ecma(pattern) + ")$|" + VARIABLE);
    }
    return node;
  }

  private static ObjectNode choice(Shape.Choice shape) {
    ArrayNode words = JSON.arrayNode();
    shape.words().forEach(words::add);
    if (shape.words().contains("true")) {
      words.add(true).add(false);
    }
    ObjectNode node = JSON.objectNode();
    ArrayNode either = node.putArray("anyOf");
    either.addObject().set("enum", words);
    either.add(types("string").put("pattern", VARIABLE));
    either.add(types("null"));
    return node;
  }

  private static ObjectNode types(String... names) {
    ObjectNode node = JSON.objectNode();
    if (names.length == 1) {
      return node.put("type", names[0]);
    }
    ArrayNode types = node.putArray("type");
    for (String name : names) {
      types.add(name);
    }
    return node;
  }

  /** JavaScript's patterns have no flags inside. */
  private static String ecma(Pattern pattern) {
    return pattern.pattern().replace("(?s).", "[\\s\\S]");
  }
}
