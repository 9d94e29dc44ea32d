package dev.deployctl.inventory.ec2;

import com.amazonaws.services.ec2.model.Filter;
import dev.deployctl.model.TagQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Converts a query to filters of DescribeInstances. */
final class Ec2Filters {
  static final String STATE = "instance-state-name";

  private Ec2Filters() {}

  /** Returns the filters of the settings, unchanged. */
  static List<Filter> passedThrough(Map<String, List<String>> filters) {
    List<Filter> all = new ArrayList<>();
    filters.forEach((name, values) -> all.add(new Filter(name, values)));
    return all;
  }

  /**
   * Returns filters for the tags, which match a little more: a tag may hold a comma-separated list,
   * which EC2 cannot look into, so it is asked for everything that contains the value. The exact
   * answer is found afterwards, by {@link TagQuery#matches}.
   */
  static List<Filter> tags(TagQuery query) {
    List<Filter> all = new ArrayList<>();
    query
        .tags()
        .forEach(
            (key, values) ->
                all.add(
                    new Filter(
                        "tag:" + key, values.stream().map(Ec2Filters::containing).toList())));
    return all;
  }

  static Filter running() {
    return new Filter(STATE, List.of("running"));
  }

  private static String containing(String value) {
    // A backslash escapes a wildcard in EC2; in a query it is a backslash.
    String wanted = "*" + value.replace("\\", "\\\\") + "*";
    return wanted.replaceAll("\\*{2,}", "*");
  }
}
