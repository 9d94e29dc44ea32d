package dev.deployctl.inventory.ec2;

import static dev.deployctl.inventory.aws.AwsEnvironments.inventory;
import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.Inventory.NearMiss;
import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.inventory.aws.AwsEnvironments;
import dev.deployctl.model.AddressKind;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** Queries, addresses, order, pages and near misses, against the fake endpoint. */
final class Ec2InventoryTest {
  private static final String IRELAND = "eu-west-1";
  private static final String TOKYO = "ap-northeast-1";

  @Test
  void oneHostAnInstanceInStableOrder() throws IOException {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-3", "App=blog", "Name=web"),
            FakeInstance.of("i-2", "App=blog", "Name=web"),
            FakeInstance.of("i-1", "App=blog"),
            FakeInstance.of("i-4", "App=blog", "Name=").being("pending"),
            FakeInstance.of("i-5", "App=blogger"),
            FakeInstance.of("i-6", "App=Blog"))) {
      assertThat(inventory(ec2.endpoint(), IRELAND).hosts(query("App", "blog")))
          .extracting(Host::id, Host::name)
          .containsExactly(
              Tuple.tuple("i-1", "i-1"), Tuple.tuple("i-2", "web"), Tuple.tuple("i-3", "web"));
    }
  }

  @Test
  void valuesAreAlternativesKeysAreAllNeededWildcardsCount() throws IOException {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Role=web"),
            FakeInstance.of("i-2", "App=shop", "Role=web-eu"),
            FakeInstance.of("i-3", "App=shop", "Role=db"),
            FakeInstance.of("i-4", "Roles=web, db ,cron", "App=a\\b"),
            FakeInstance.of("i-5", "Roles=webx,db", "App=*"))) {
      Ec2Inventory inventory = inventory(ec2.endpoint(), IRELAND);

      assertThat(
              inventory.hosts(
                  new TagQuery(Map.of("App", List.of("blog", "shop"), "Role", List.of("web*")))))
          .extracting(Host::id)
          .containsExactly("i-1", "i-2");
      assertThat(inventory.hosts(query("Roles", "web", "cron")))
          .extracting(Host::id)
          .containsExactly("i-4");
      assertThat(inventory.hosts(query("Roles", "web, db ,cron")))
          .as("the whole list, as it is written")
          .hasSize(1);
      assertThat(inventory.hosts(query("App", "a\\b"))).extracting(Host::id).containsExactly("i-4");
      assertThat(
              inventory.hosts(
                  new TagQuery(Map.of("App", List.of("*")), Map.of("Role", List.of("web*", "db")))))
          .extracting(Host::id)
          .containsExactly("i-4", "i-5");
    }
  }

  @Test
  void allRegionsAreAskedAtOnce() throws IOException {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=b"),
            FakeInstance.of("i-2", "App=blog", "Name=a").in(TOKYO))) {
      List<Host> hosts = inventory(ec2.endpoint(), IRELAND, TOKYO).hosts(query("App", "blog"));

      assertThat(hosts)
          .extracting(Host::id, Host::zone)
          .containsExactly(Tuple.tuple("i-2", TOKYO + "a"), Tuple.tuple("i-1", IRELAND + "a"));
      assertThat(ec2.requests())
          .extracting(request -> request.get("region"))
          .containsExactlyInAnyOrder(IRELAND, TOKYO);
    }
  }

  @Test
  void anInstanceWithoutAddressIsNamed() throws IOException {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=web-1").at(null),
            FakeInstance.of("i-2", "App=blog"))) {
      assertThatThrownBy(() -> inventory(ec2.endpoint(), IRELAND).hosts(query("App", "blog")))
          .isInstanceOfSatisfying(
              DeployException.class,
              e -> {
                assertThat(e)
                    .hasMessage(
                        "i-1 (web-1, eu-west-1a) has no private-ip or public-ip, so SSH cannot"
                            + " connect");
                assertThat(e.hint()).contains("inventory.ec2.address");
              });
    }
  }

  @Test
  void theFirstKindOfAddressThatItHasIsTaken() throws IOException {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=web-1").at(null),
            FakeInstance.of("i-2", "App=blog", "Name=-oProxyCommand=id").at(null),
            FakeInstance.of("i-3", "App=blog", "Name=\u009b2Jweb\u202e"))) {
      Ec2Inventory inventory =
          with(
              ec2,
              Map.of(),
              List.of(AddressKind.PRIVATE_IP, AddressKind.NAME, AddressKind.INSTANCE_ID));

      List<Host> hosts = inventory.hosts(query("App", "blog"));
      assertThat(hosts)
          .as("a name that ssh would take for an option is no address")
          .extracting(Host::id, Host::address)
          .contains(Tuple.tuple("i-1", "web-1"), Tuple.tuple("i-2", "i-2"));
      assertThat(hosts).extracting(Host::name).contains("?2Jweb?");
    }
  }

  @Test
  void everyPageIsReadOnceAlsoWhenAReservationIsSplit() throws IOException {
    FakeInstance[] fleet =
        IntStream.range(0, 53)
            .mapToObj(i -> FakeInstance.of("i-%03d".formatted(i), "App=blog"))
            .toArray(FakeInstance[]::new);
    try (FakeEc2 ec2 = new FakeEc2(fleet).pagesOf(5)) {
      assertThat(inventory(ec2.endpoint(), IRELAND).hosts(query("App", "blog")))
          .extracting(Host::id)
          .doesNotHaveDuplicates()
          .hasSize(53);
      assertThat(ec2.requests()).hasSize(11);
    }
  }

  @Test
  void anEmptyTokenEndsTheListAndARepeatedOneIsAnError() throws IOException {
    String one =
        "<item><instancesSet>" + FakeInstance.of("i-1", "App=a").xml() + "</instancesSet></item>";
    try (FakeEc2 ec2 = new FakeEc2()) {
      Ec2Inventory inventory = inventory(ec2.endpoint(), IRELAND);
      ec2.then(FakeEc2.body(200, FakeEc2.page(one, "<nextToken></nextToken>")));
      assertThat(inventory.hosts(query("App", "a"))).hasSize(1);
      ec2.then(3, FakeEc2.body(200, FakeEc2.page(one, "<nextToken>again</nextToken>")));
      assertThatThrownBy(() -> inventory.hosts(query("App", "a")))
          .hasMessage(
              "EC2 in eu-west-1 repeats a page of its answer: the list of instances would never"
                  + " end");
    }
  }

  @Test
  void saysWhyAHostIsMissing() throws IOException {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Role=web", "Env=prod"),
            FakeInstance.of("i-2", "App=blog", "Role=web", "Env=prod").being("stopped"),
            FakeInstance.of("i-3", "App=blog", "role=web", "Env=prod"),
            FakeInstance.of("i-4", "App=blog", "Role=db", "Env=prod"),
            FakeInstance.of("i-5", "App=blog", "Role=web", "Env=staging"),
            FakeInstance.of("i-6", "App=blog", "Role=web", "Env=prod").at(null),
            FakeInstance.of("i-7", "App=shop", "Role=cron", "Env=prod"))) {
      TagQuery query = new TagQuery(Map.of("App", List.of("blog"), "Role", List.of("web")));

      assertThat(with(ec2, Map.of("tag:Env", List.of("prod")), List.of()).nearMisses(query))
          .extracting(miss -> miss.host().id(), NearMiss::failed)
          .containsExactly(
              Tuple.tuple("i-2", List.of("is stopped, not running")),
              Tuple.tuple("i-3", List.of("has a tag role, not Role: tags are case-sensitive")),
              Tuple.tuple("i-4", List.of("has Role=db, not Role=web")),
              Tuple.tuple("i-5", List.of("the filter tag:Env=prod of deployctl.yml excludes it")),
              Tuple.tuple(
                  "i-6", List.of("has none of the addresses that inventory.ec2.address lists")));
    }
  }

  @Test
  void filtersOfTheSettingsMayAskForOtherStates() throws IOException {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog").being("stopped"),
            FakeInstance.of("i-2", "App=blog"))) {
      Map<String, List<String>> filters = Map.of("instance-state-name", List.of("stopped"));

      assertThat(with(ec2, filters, List.of()).hosts(query("App", "blog")))
          .extracting(Host::id)
          .containsExactly("i-1");
    }
  }

  @Test
  void aFailingRegionFailsTheQuestionUnlessItIsSkipped() throws IOException {
    FakeEc2.Fault refusal = FakeEc2.error(403, "OptInRequired", "You are not subscribed");
    try (FakeEc2 ec2 = new FakeEc2(FakeInstance.of("i-1", "App=blog"));
        FakeEc2 broken = new FakeEc2().then(9, refusal)) {
      List<String> warnings = new ArrayList<>();
      Map<String, String> variables = AwsEnvironments.variables(ec2.endpoint());
      AwsEnvironment world =
          new AwsEnvironment(
              variables, Path.of("/nonexistent"), null, warnings::add, AwsEnvironments.SHORT);
      InventorySettings.Ec2 both = InventorySettings.Ec2.inRegions(List.of(IRELAND, TOKYO));
      ec2.then(1, exchange -> refusal.answer(exchange));

      assertThatThrownBy(() -> new Ec2Inventory(both, world).hosts(query("App", "blog")))
          .hasMessageContaining("is not open to this AWS account (OptInRequired: You are not");
      InventorySettings.Ec2 skipping =
          new InventorySettings.Ec2(
              both.regions(), Map.of(), List.of(), null, null, null, null, true);
      ec2.then(1, exchange -> refusal.answer(exchange));
      new Ec2Inventory(skipping, world).hosts(query("App", "blog"));
      assertThat(warnings).singleElement().asString().startsWith("left out: EC2 in ");
      variables.put("AWS_ENDPOINT_URL_EC2", broken.endpoint());
      AwsEnvironment allBroken =
          new AwsEnvironment(
              variables, Path.of("/nonexistent"), null, warnings::add, AwsEnvironments.SHORT);
      assertThatThrownBy(() -> new Ec2Inventory(skipping, allBroken).hosts(query("App", "blog")))
          .as("with every region out there is no list to go by")
          .hasMessageContaining("EC2 in eu-west-1")
          .hasMessageContaining("; EC2 in ap-northeast-1");
    }
  }

  private static Ec2Inventory with(
      FakeEc2 ec2, Map<String, List<String>> filters, List<AddressKind> address) {
    return new Ec2Inventory(
        new InventorySettings.Ec2(
            List.of(IRELAND), filters, address, null, null, null, ec2.endpoint(), false),
        AwsEnvironments.world(
            AwsEnvironments.variables("http://127.0.0.1:9"), Path.of("/nonexistent")));
  }
}
