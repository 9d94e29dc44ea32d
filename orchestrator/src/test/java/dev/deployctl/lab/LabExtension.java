package dev.deployctl.lab;

import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests their lab. Each test class uses a lab alone. */
final class LabExtension
    implements BeforeAllCallback, BeforeEachCallback, ExecutionCondition, ParameterResolver {
  private static final Namespace LEASES = Namespace.create(LabExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (!Lab.all().isEmpty()) {
      return ConditionEvaluationResult.enabled("the lab is up");
    }
    String missing = "no lab: DEPLOYCTL_LAB does not name examples/lab/lab (./verify brings it up)";
    if ("1".equals(System.getenv("DEPLOYCTL_REQUIRE_LAB"))) {
      throw new IllegalStateException(missing);
    }
    return ConditionEvaluationResult.disabled(missing);
  }

  /** Leases a free lab. JUnit closes the lease after the last test of the class. */
  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    context.getStore(LEASES).put(Lab.class, LabLease.take());
  }

  /** Resets the lab after an earlier test, also after one that failed. */
  @Override
  public void beforeEach(ExtensionContext context) throws InterruptedException {
    LabReset.await(lab(context));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return lab(context);
  }

  private static Lab lab(ExtensionContext context) {
    return Objects.requireNonNull(context.getStore(LEASES).get(Lab.class, LabLease.class)).lab();
  }
}
