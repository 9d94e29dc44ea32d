package dev.deployctl.cli.options;

import dev.deployctl.fleet.command.SearchText;
import dev.deployctl.model.Amount;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Durations;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.ProcessName;
import dev.deployctl.model.Reason;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RunId;
import dev.deployctl.model.VariableName;
import dev.deployctl.model.ZoneOrder;
import dev.deployctl.placement.MemorySize;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts arguments into types of the model, with the model's own error messages. */
public final class Converters {
  private Converters() {}

  public static void register(CommandLine commandLine) {
    commandLine.registerConverter(App.class, converter(App::new));
    commandLine.registerConverter(ImageRef.Tag.class, converter(ImageRef.Tag::new));
    commandLine.registerConverter(ImageRef.Digest.class, converter(ImageRef.Digest::new));
    commandLine.registerConverter(LockId.class, converter(LockId::new));
    commandLine.registerConverter(Count.class, converter(Count::parse));
    commandLine.registerConverter(HostTag.class, converter(HostTag::parse));
    commandLine.registerConverter(RolloutId.class, converter(RolloutId::new));
    commandLine.registerConverter(ReleaseId.class, converter(ReleaseId::new));
    commandLine.registerConverter(Reason.class, converter(Reason::new));
    commandLine.registerConverter(RunId.class, converter(RunId::new));
    commandLine.registerConverter(ProcessName.class, converter(ProcessName::new));
    commandLine.registerConverter(SearchText.class, converter(SearchText::new));
    commandLine.registerConverter(VariableName.class, converter(VariableName::new));
    commandLine.registerConverter(MemorySize.class, converter(MemorySize::parse));
    commandLine.registerConverter(Amount.class, converter(Amount::parse));
    commandLine.registerConverter(Duration.class, converter(Durations::parse));
    register(commandLine, OnFailure.class);
    register(commandLine, ZoneOrder.class);
  }

  /** Registers an enum whose constants are typed in lower case with dashes. */
  public static <E extends Enum<E>> void register(CommandLine commandLine, Class<E> type) {
    commandLine.registerConverter(type, named(type));
  }

  private static <T> ITypeConverter<T> converter(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (DeployException wrong) {
        String hint = wrong.hint();
        throw new TypeConversionException(wrong.getMessage() + (hint == null ? "" : "; " + hint));
      }
    };
  }

  /** Returns a converter for an enum whose constants are typed in lower case with dashes. */
  public static <E extends Enum<E>> ITypeConverter<E> named(Class<E> type) {
    return text -> {
      for (E constant : type.getEnumConstants()) {
        if (word(constant).equals(text)) {
          return constant;
        }
      }
      throw new TypeConversionException(
          "not one of "
              + String.join(
                  ", ", Arrays.stream(type.getEnumConstants()).map(Converters::word).toList()));
    };
  }

  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
