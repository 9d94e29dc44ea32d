package dev.deployctl.inventory.aws;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.AmazonWebServiceRequest;
import com.amazonaws.DefaultRequest;
import com.amazonaws.Request;
import com.amazonaws.auth.AWS4Signer;
import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.Signer;
import com.amazonaws.http.AmazonHttpClient;
import com.amazonaws.http.DefaultErrorResponseHandler;
import com.amazonaws.http.ExecutionContext;
import com.amazonaws.http.HttpMethodName;
import com.amazonaws.http.HttpResponse;
import com.amazonaws.http.HttpResponseHandler;
import com.amazonaws.internal.auth.SignerProvider;
import com.amazonaws.internal.auth.SignerProviderContext;
import com.amazonaws.transform.LegacyErrorUnmarshaller;
import com.amazonaws.transform.StandardErrorUnmarshaller;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * Calls a service of AWS by its Query protocol, signed with Signature Version 4. The clients of the
 * SDK prepare for all operations of a service and read every field of an answer, which takes longer
 * than the rest of a short command. Retries, proxies and time limits are those of the other calls.
 */
public final class AwsQuery implements AutoCloseable {
  private final AmazonHttpClient http;
  private final AWSCredentialsProvider credentials;
  private final Signer signer;
  private final URI endpoint;
  private final HttpResponseHandler<AmazonServiceException> errors;

  /** Reads the body of an answer. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(InputStream body) throws IOException, XMLStreamException;
  }

  /**
   * @param service the name of the service in signatures and host names: {@code monitoring}
   * @param endpoint another endpoint than that of AWS, or null
   */
  public AwsQuery(
      String service,
      String region,
      @Nullable String endpoint,
      AWSCredentialsProvider credentials,
      AwsConnections connections) {
    this.errors =
        new DefaultErrorResponseHandler(
            List.of(
                service.equals("ec2")
                    ? new LegacyErrorUnmarshaller()
                    : new StandardErrorUnmarshaller()));
    this.http = new AmazonHttpClient(connections.to(endpoint, service, region));
    this.credentials = credentials;
    this.endpoint = URI.create(endpoint == null ? AwsConnections.own(service, region) : endpoint);
    AWS4Signer version4 = new AWS4Signer();
    version4.setServiceName(service);
    version4.setRegionName(region);
    this.signer = version4;
  }

  /** Calls an action. Failures are exceptions of the SDK. */
  public <T> T call(Map<String, String> parameters, Reader<T> reader) {
    DefaultRequest<Void> request =
        new DefaultRequest<>(AmazonWebServiceRequest.NOOP, String.valueOf(endpoint.getHost()));
    request.setHttpMethod(HttpMethodName.POST);
    parameters.forEach(request::addParameter);
    return call(request, reader);
  }

  /** Calls an action with the parameters that the SDK has made. */
  public <T> T call(Request<?> request, Reader<T> reader) {
    request.setEndpoint(endpoint);
    request.setResourcePath("/");
    ExecutionContext context =
        ExecutionContext.builder().withSignerProvider(new OneSigner(signer)).build();
    context.setCredentialsProvider(credentials);
    return Objects.requireNonNull(
        http.requestExecutionBuilder()
            .request(request)
            .errorResponseHandler(errors)
            .executionContext(context)
            .execute(new Body<>(reader))
            .getAwsResponse());
  }

  @Override
  public void close() {
    http.shutdown();
  }

  private static final class OneSigner extends SignerProvider {
    private final Signer signer;

    OneSigner(Signer signer) {
      this.signer = signer;
    }

    @Override
    public Signer getSigner(SignerProviderContext context) {
      return signer;
    }
  }

  private record Body<T>(Reader<T> reader) implements HttpResponseHandler<T> {
    @Override
    public T handle(HttpResponse response) throws IOException, XMLStreamException {
      try {
        return reader.read(response.getContent());
      } catch (XMLStreamException e) {
        if (e.getNestedException() instanceof IOException broken) {
          throw broken; // The client tries again, which it does not where the text is no XML.
        }
        throw e;
      }
    }

    @Override
    public boolean needsConnectionLeftOpen() {
      return false;
    }
  }
}
