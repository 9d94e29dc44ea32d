package dev.deployctl.export.compose;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A file in the form of the Compose Specification. */
record ComposeFile(
    @JsonProperty SequencedMap<String, Service> services,
    @JsonProperty Map<String, Network> networks) {

  /**
   * A service.
   *
   * @param profiles it is started only when one of these is asked for; always if empty
   * @param scale containers on this machine; null for one
   * @param environment null as a value: as the environment of the command or .env says
   */
  record Service(
      @JsonProperty String image,
      @JsonProperty List<String> profiles,
      @JsonProperty List<String> command,
      @JsonProperty @Nullable Integer scale,
      @JsonProperty @Nullable String user,
      @JsonProperty("network_mode") @Nullable String networkMode,
      @JsonProperty List<String> networks,
      @JsonProperty List<String> ports,
      @JsonProperty Map<String, @Nullable String> environment,
      @JsonProperty List<Mount> volumes,
      @JsonProperty("read_only") boolean readOnly,
      @JsonProperty List<String> tmpfs,
      @JsonProperty("cap_add") List<String> capAdd,
      @JsonProperty("cap_drop") List<String> capDrop,
      @JsonProperty("security_opt") List<String> securityOpt,
      @JsonProperty("mem_limit") String memLimit,
      @JsonProperty @Nullable Double cpus,
      @JsonProperty("pids_limit") int pidsLimit,
      @JsonProperty Map<String, Integer> ulimits,
      @JsonProperty @Nullable HealthCheck healthcheck,
      @JsonProperty String restart,
      @JsonProperty("stop_signal") @Nullable String stopSignal,
      @JsonProperty("stop_grace_period") String stopGracePeriod,
      @JsonProperty Logging logging) {}

  record Mount(
      @JsonProperty String type,
      @JsonProperty String source,
      @JsonProperty String target,
      @JsonProperty("read_only") boolean readOnly) {}

  /** A command inside the container; or none, also not that of the image. */
  record HealthCheck(
      @JsonProperty @Nullable Boolean disable,
      @JsonProperty List<String> test,
      @JsonProperty @Nullable String interval,
      @JsonProperty @Nullable String timeout,
      @JsonProperty @Nullable Integer retries,
      @JsonProperty("start_period") @Nullable String startPeriod) {}

  record Logging(@JsonProperty String driver, @JsonProperty Map<String, String> options) {}

  record Network(@JsonProperty boolean external) {}
}
