package dev.deployctl.inventory.ec2;

import com.amazonaws.services.ec2.AbstractAmazonEC2;
import com.amazonaws.services.ec2.model.DescribeInstancesRequest;
import com.amazonaws.services.ec2.model.DescribeInstancesResult;
import com.amazonaws.services.ec2.model.transform.DescribeInstancesRequestMarshaller;
import dev.deployctl.inventory.aws.AwsQuery;

/** A client of EC2 for DescribeInstances alone, which reads only what hosts are made of. */
final class InstancesClient extends AbstractAmazonEC2 {
  private final AwsQuery query;

  InstancesClient(AwsQuery query) {
    this.query = query;
  }

  @Override
  public DescribeInstancesResult describeInstances(DescribeInstancesRequest request) {
    return query.call(
        new DescribeInstancesRequestMarshaller().marshall(request), DescribedInstances::read);
  }

  @Override
  public void shutdown() {
    query.close();
  }
}
