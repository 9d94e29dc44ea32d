package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.fleet.InventoryNow;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Quoted;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Printable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select some of an app's hosts. */
public final class HostOptions {
  private static final int NAMED_IN_A_MESSAGE = 20;

  @Option(
      names = "--hosts",
      paramLabel = "NAME",
      split = ",",
      description = "Select these hosts, by name or id.")
  @Nullable List<String> only;

  @Advanced
  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      split = ",",
      description = "Select hosts of these availability zones.")
  @Nullable List<String> zones;

  @Advanced
  @Option(
      names = "--host-tag",
      paramLabel = "KEY=VALUE",
      description =
          "Select hosts with this tag; KEY=VALUE,VALUE for any of several values. With several"
              + " keys, a host must have them all.")
  @Nullable List<HostTag> tags;

  /** Returns options that select the one host of this name or id. */
  public static HostOptions only(String nameOrId) {
    HostOptions options = new HostOptions();
    options.only = List.of(nameOrId);
    return options;
  }

  /** Returns the app's hosts, narrowed down; never empty, and each has an address. */
  public List<Host> resolve(DeployConfig config, App app, Inventory inventory, Console console) {
    return find(config, app, inventory, console).hosts();
  }

  /** Returns what {@link #resolve} returns, with the parts of the inventory that are missing. */
  public HostList find(DeployConfig config, App app, Inventory inventory, Console console) {
    TagQuery query = config.app(app).hosts();
    HostList found = inventory.list(query);
    if (found.hosts().isEmpty()) {
      throw none(
          found,
          "no host of " + app + ": " + query + " matches nothing in " + inventory.describe(),
          "deployctl hosts " + app + " --explain lists hosts that nearly match");
    }
    HostList narrowed = narrow(found, app.toString());
    namesakes(narrowed.hosts(), console);
    return narrowed;
  }

  /** Returns what asks the inventory again, for hosts that appeared or were terminated since. */
  public InventoryNow again(DeployConfig config, App app, Inventory inventory) {
    return new InventoryNow() {
      @Override
      public List<Host> selected() {
        List<Host> now = complete(inventory.list(config.app(app).hosts()));
        return distinct(now.stream().filter(HostOptions.this::allows).toList());
      }

      @Override
      public List<Host> all() {
        return complete(inventory.list(new TagQuery(Map.of())));
      }
    };
  }

  private static List<Host> complete(HostList list) {
    if (!list.isComplete()) {
      throw new DeployException(
          FailureKind.INVENTORY,
          "the inventory is incomplete without " + list.missingParts() + ": " + list.reasons(),
          "ask again once it answers");
    }
    return list.hosts();
  }

  /**
   * Returns these hosts, narrowed down; an error when none is left of some, or one that is left has
   * no address.
   *
   * @param whose an app, or all: for messages
   */
  public HostList narrow(HostList list, String whose) {
    HostList narrowed = list.with(select(list, whose));
    return narrowed.with(narrowed.connectable());
  }

  /** Returns these hosts, narrowed down; an error when none is left of some. */
  public List<Host> select(HostList list, String whose) {
    List<Host> found = list.hosts();
    checkNames(list, whose);
    List<Host> named = found.stream().filter(this::isNamed).toList();
    List<Host> there = named.stream().filter(this::isInZone).toList();
    if (there.isEmpty() && zones != null && !named.isEmpty()) {
      throw none(
          list,
          "no host of " + whose + " is in zone " + String.join(", ", zones),
          "zones: " + listed(named.stream().map(Host::zone).toList()));
    }
    TagQuery query = tagQuery();
    List<Host> tagged = there.stream().filter(query::matches).toList();
    if (tagged.isEmpty() && !there.isEmpty()) {
      throw none(
          list,
          "none of these hosts has " + query + ": " + listed(names(there)),
          query.tags().keySet().stream()
              .map(key -> key + ": " + listed(values(there, key)))
              .collect(Collectors.joining("; ", "their tags: ", "")));
    }
    return distinct(tagged);
  }

  /**
   * Returns a hint for a command for one host, the first of these, that finds it unreachable.
   *
   * @param hint what else is to be said
   */
  public static @Nullable String orAnother(List<Host> hosts, @Nullable String hint) {
    if (hosts.size() < 2) {
      return hint;
    }
    String another = "--hosts " + hosts.get(1).name() + " takes another host";
    return hint == null ? another : hint + "\n" + another;
  }

  /** Warns of a name in {@code --hosts} that several hosts have: all of them are meant. */
  private void namesakes(List<Host> hosts, Console console) {
    for (String name : only == null ? List.<String>of() : only.stream().distinct().toList()) {
      List<String> ids =
          hosts.stream().filter(host -> host.name().equals(name)).map(Host::id).toList();
      if (ids.size() > 1) {
        console
            .err()
            .println(
                Printable.text(
                    "deployctl: warning: "
                        + ids.size()
                        + " hosts are called "
                        + name
                        + ", and --hosts means all of them: "
                        + listed(ids)
                        + "; give an id to mean one"));
        console.err().flush();
      }
    }
  }

  /** Returns an error that claims no more than an incomplete inventory can tell. */
  private static DeployException none(HostList list, String message, @Nullable String hint) {
    return list.isComplete()
        ? new DeployException(FailureKind.NOTHING_TO_DO, message, hint)
        : new DeployException(FailureKind.INVENTORY, message + unknown(list), hint);
  }

  private static String unknown(HostList list) {
    return "; hosts of " + list.missingParts() + " are not known: " + list.reasons();
  }

  /** Returns these options as they were given, for commands to run next. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    if (only != null) {
      words.addAll(List.of("--hosts", String.join(",", only)));
    }
    if (zones != null) {
      words.addAll(List.of("--zone", String.join(",", zones)));
    }
    if (tags != null) {
      tags.forEach(tag -> words.addAll(List.of("--host-tag", tag.toString())));
    }
    return words;
  }

  /** Refuses a name in {@code --hosts} that none of these hosts has. */
  public void checkNames(HostList list, String whose) {
    List<Host> found = list.hosts();
    if (only == null) {
      return;
    }
    List<String> unknown =
        only.stream()
            .distinct()
            .filter(
                name ->
                    found.stream()
                        .noneMatch(host -> name.equals(host.name()) || name.equals(host.id())))
            .map(Quoted::of)
            .toList();
    if (!unknown.isEmpty() && !list.isComplete()) {
      throw new DeployException(
          FailureKind.INVENTORY,
          "not found: " + String.join(", ", unknown) + unknown(list),
          "try again once it answers; hosts that are known: " + listed(names(found)));
    }
    if (!unknown.isEmpty()) {
      throw new DeployException(
          FailureKind.USAGE,
          "not a host of " + whose + ": " + String.join(", ", unknown),
          "its hosts: " + listed(names(found)));
    }
  }

  /** Returns whether the options select a host; without options, every host. */
  public boolean allows(Host host) {
    return isNamed(host) && isInZone(host) && tagQuery().matches(host);
  }

  private boolean isNamed(Host host) {
    return only == null || only.contains(host.name()) || only.contains(host.id());
  }

  private boolean isInZone(Host host) {
    return zones == null || zones.contains(host.zone());
  }

  private TagQuery tagQuery() {
    return HostTag.query(tags == null ? List.of() : tags);
  }

  private static List<String> names(List<Host> hosts) {
    return hosts.stream().map(Host::name).toList();
  }

  private static SequencedSet<String> values(List<Host> hosts, String key) {
    SequencedSet<String> values = new LinkedHashSet<>();
    for (Host host : hosts) {
      SequencedSet<String> all = host.tags().getOrDefault(key, new LinkedHashSet<>());
      // A list stands there whole as well, which would read as more elements.
      all.stream().filter(value -> all.size() == 1 || value.indexOf(',') < 0).forEach(values::add);
    }
    return values;
  }

  private static String listed(Collection<String> words) {
    String list =
        words.stream().distinct().limit(NAMED_IN_A_MESSAGE).collect(Collectors.joining(", "));
    return list.isEmpty() ? "none" : list;
  }

  private static List<Host> distinct(List<Host> hosts) {
    Map<String, Host> byId = new LinkedHashMap<>();
    hosts.forEach(host -> byId.putIfAbsent(host.id(), host));
    return List.copyOf(byId.values());
  }
}
