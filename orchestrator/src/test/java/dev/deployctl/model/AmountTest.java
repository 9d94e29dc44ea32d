package dev.deployctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {
  @ParameterizedTest
  @CsvSource({"3,10,3", "3,2,2", "0,5,0", "25%,7,1", "25 %,8,2", "100%,7,7", "0%,7,0", "50%,1,0"})
  void anAmountOfAWhole(String text, int whole, int expected) {
    assertThat(Amount.parse(text).of(whole)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "-1", "1.5", "101%", "%", "1e3", "25%%", "1234567", "１", "a", "1\n2"})
  void whatIsNoAmountIsRefusedWithARemedy(String text) {
    assertThatThrownBy(() -> Amount.parse(text))
        .isInstanceOfSatisfying(
            DeployException.class,
            error -> {
              assertThat(error.kind()).isEqualTo(FailureKind.USAGE);
              assertThat(error.hint()).contains("25%");
            });
  }

  @Test
  void itIsWrittenAsItIsRead() {
    assertThat(Amount.parse("25 %")).hasToString("25%");
    assertThat(Amount.parse("007")).hasToString("7");
  }

  @Property
  void aShareIsNeverMoreThanTheWhole(
      @ForAll @IntRange(max = 100) int percent, @ForAll @IntRange int whole) {
    assertThat(Amount.parse(percent + "%").of(whole)).isBetween(0, whole);
  }

  @Property
  void itSurvivesBeingWrittenAndRead(@ForAll @IntRange(max = 999_999) int count) {
    Amount amount = new Amount.Count(count);
    assertThat(Amount.parse(amount.toString())).isEqualTo(amount);
  }

  @Property
  void anyTextIsAnAmountOrAClearError(@ForAll String text) {
    try {
      assertThat(Amount.parse(text).of(10)).isBetween(0, 10);
    } catch (DeployException refused) {
      assertThat(refused.kind()).isEqualTo(FailureKind.USAGE);
    }
  }
}
