package dev.deployctl.inventory.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.amazonaws.services.ec2.AmazonEC2;
import com.amazonaws.services.ec2.model.DescribeInstancesRequest;
import com.amazonaws.services.ec2.model.DescribeInstancesResult;
import com.amazonaws.services.ec2.model.Filter;
import com.amazonaws.services.ec2.model.Instance;
import com.amazonaws.services.ec2.model.Reservation;
import dev.deployctl.model.DeployException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** Pages of instances in every form that a server may send; the tests with moto show real ones. */
class InstancePagesTest {
  private static final List<Filter> FILTERS =
      List.of(new Filter("tag:App", List.of("blog")), new Filter("tag:Env", List.of("lab")));

  private final AmazonEC2 client = mock(AmazonEC2.class);

  @Test
  void readsOnUntilThereIsNoTokenAndAsksEveryPageTheSame() {
    when(client.describeInstances(any(DescribeInstancesRequest.class)))
        .thenReturn(page("second", "i-1", "i-2"), page("third", "i-3"), page("", "i-4"));

    assertThat(ids(read())).containsExactly("i-1", "i-2", "i-3", "i-4");

    ArgumentCaptor<DescribeInstancesRequest> asked =
        ArgumentCaptor.forClass(DescribeInstancesRequest.class);
    verify(client, times(3)).describeInstances(asked.capture());
    assertThat(asked.getAllValues())
        .extracting(DescribeInstancesRequest::getNextToken)
        .containsExactly(null, "second", "third");
    assertThat(asked.getAllValues())
        .allSatisfy(one -> assertThat(one.getFilters()).isEqualTo(FILTERS));
  }

  @Test
  void anEmptyPageWithATokenIsNotTheEnd() {
    when(client.describeInstances(any(DescribeInstancesRequest.class)))
        .thenReturn(page("more"), page("", "i-1"));

    assertThat(ids(read())).containsExactly("i-1");
  }

  @Test
  void anInstanceThatComesTwiceIsOneHost() {
    when(client.describeInstances(any(DescribeInstancesRequest.class)))
        .thenReturn(page("more", "i-1", "i-2"), page("", "i-2", "i-3"));

    assertThat(ids(read())).containsExactly("i-1", "i-2", "i-3");
  }

  @Test
  void aTokenThatComesAgainEndsInAnErrorAndNotInACircle() {
    when(client.describeInstances(any(DescribeInstancesRequest.class)))
        .thenReturn(page("again", "i-1"));

    assertThatThrownBy(this::read)
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("eu-west-1 repeats a page");
    verify(client, times(2)).describeInstances(any(DescribeInstancesRequest.class));
  }

  @Test
  void anAnswerWithoutContentIsNotAnEmptyFleet() {
    when(client.describeInstances(any(DescribeInstancesRequest.class))).thenReturn(page(""));

    assertThatThrownBy(this::read)
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("answered 200 without content");
  }

  private List<FoundInstance> read() {
    return InstancePages.read(client, "eu-west-1", FILTERS);
  }

  private static List<String> ids(List<FoundInstance> found) {
    return found.stream().map(FoundInstance::id).toList();
  }

  private static DescribeInstancesResult page(String token, String... ids) {
    DescribeInstancesResult page = new DescribeInstancesResult();
    if (ids.length > 0) {
      List<Instance> instances =
          Stream.of(ids).map(id -> new Instance().withInstanceId(id)).toList();
      page.withReservations(new Reservation().withOwnerId("123456789012").withInstances(instances));
    }
    return token.isEmpty() ? page : page.withNextToken(token);
  }
}
