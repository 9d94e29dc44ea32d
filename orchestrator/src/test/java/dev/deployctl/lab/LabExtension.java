package dev.deployctl.lab;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the lab to tests that ask for it. */
final class LabExtension implements BeforeEachCallback, ExecutionCondition, ParameterResolver {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Lab.find() != null) {
      return ConditionEvaluationResult.enabled("the lab is up");
    }
    String missing = "no lab: DEPLOYCTL_LAB does not name examples/lab/lab (./verify brings it up)";
    if ("1".equals(System.getenv("DEPLOYCTL_REQUIRE_LAB"))) {
      throw new IllegalStateException(missing);
    }
    return ConditionEvaluationResult.disabled(missing);
  }

  /** Whatever an earlier test left behind, or one that failed in the middle. */
  @Override
  public void beforeEach(ExtensionContext context) throws InterruptedException {
    Lab lab = Lab.find();
    if (lab != null) {
      SoundLab.await(lab);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return Lab.find();
  }
}
