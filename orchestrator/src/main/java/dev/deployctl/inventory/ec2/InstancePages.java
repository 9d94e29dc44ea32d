package dev.deployctl.inventory.ec2;

import com.amazonaws.services.ec2.AmazonEC2;
import com.amazonaws.services.ec2.model.DescribeInstancesRequest;
import com.amazonaws.services.ec2.model.DescribeInstancesResult;
import com.amazonaws.services.ec2.model.Filter;
import com.amazonaws.services.ec2.model.Reservation;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads all pages of one DescribeInstances, whatever the server does with tokens. */
final class InstancePages {
  private static final int PAGE = 1000;

  private InstancePages() {}

  /** The instances by id, so that a repeated page adds none. */
  static List<FoundInstance> read(AmazonEC2 client, String region, List<Filter> filters) {
    Map<String, FoundInstance> found = new LinkedHashMap<>();
    Set<String> tokens = new HashSet<>();
    String token = "";
    do {
      DescribeInstancesRequest request =
          new DescribeInstancesRequest().withFilters(filters).withMaxResults(PAGE);
      if (!token.isEmpty()) {
        request.setNextToken(token);
      }
      DescribeInstancesResult page = client.describeInstances(request);
      checkIsAnswer(page, region);
      for (Reservation reservation : page.getReservations()) {
        reservation
            .getInstances()
            .forEach(
                instance ->
                    found.putIfAbsent(
                        instance.getInstanceId(), new FoundInstance(instance, region)));
      }
      token = text(page.getNextToken());
      if (!token.isEmpty() && !tokens.add(token)) {
        throw new DeployException(
            FailureKind.INVENTORY,
            "EC2 in "
                + region
                + " repeats a page of its answer: the list of instances would never end",
            "try again; if there is a proxy or another endpoint than AWS's own, check it");
      }
    } while (!token.isEmpty());
    return List.copyOf(found.values());
  }

  /** The SDK parses an empty body as "no instances"; every real answer has a request id. */
  private static void checkIsAnswer(DescribeInstancesResult page, String region) {
    boolean empty = page.getReservations().isEmpty() && text(page.getNextToken()).isEmpty();
    if (empty
        && (page.getSdkResponseMetadata() == null
            || text(page.getSdkResponseMetadata().getRequestId()).isEmpty())) {
      throw new DeployException(
          FailureKind.INVENTORY,
          "EC2 in " + region + " answered 200 without content, so the hosts are unknown",
          "try again; if there is a proxy or another endpoint than AWS's own, check it");
    }
  }

  private static String text(@org.jspecify.annotations.Nullable String value) {
    return value == null ? "" : value;
  }
}
