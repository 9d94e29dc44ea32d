package dev.deployctl.event;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a component whose field is absent or of another type; {@code {}} for a record with
 * all fields absent. Without it the value is null, 0, false or an empty list.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@interface WhenAbsent {
  String value();
}
