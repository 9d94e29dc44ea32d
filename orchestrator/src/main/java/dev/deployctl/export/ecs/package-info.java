/** An app for Amazon ECS, in the files that ecspresso and ecschedule read. */
@NullMarked
package dev.deployctl.export.ecs;

import org.jspecify.annotations.NullMarked;
