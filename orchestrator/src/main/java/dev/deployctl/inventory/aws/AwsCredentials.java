package dev.deployctl.inventory.aws;

import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.AWSCredentialsProvider;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.InventorySettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds credentials in the order of the AWS CLI, and again when they expire. The provider chain of
 * the SDK supports neither both profile files nor SSO nor MFA.
 */
public final class AwsCredentials implements AWSCredentialsProvider {
  private final InventorySettings.Ec2 settings;
  private final AwsEnvironment environment;
  private final AwsProfiles profiles;
  private final RoleCredentials roles;
  private @Nullable Credentials current;

  public AwsCredentials(
      InventorySettings.Ec2 settings,
      AwsEnvironment environment,
      AwsProfiles profiles,
      RoleCredentials roles) {
    this.settings = settings;
    this.environment = environment;
    this.profiles = profiles;
    this.roles = roles;
  }

  /** The credentials in use; one thread gets them, the others wait. */
  public synchronized Credentials resolve() {
    Credentials found = current;
    if (found == null || !found.fresh(Instant.now())) {
      found = withRole(alive(base()));
      current = found;
    }
    return found;
  }

  private static Credentials alive(Credentials found) {
    if (found.expires() != null && !Instant.now().isBefore(found.expires())) {
      throw new DeployException(
          FailureKind.INVENTORY,
          "the credentials from " + found.source() + " expired at " + found.expires(),
          "get new ones, or correct this machine's clock");
    }
    return found;
  }

  @Override
  public AWSCredentials getCredentials() {
    return resolve().keys();
  }

  @Override
  public synchronized void refresh() {
    current = null;
  }

  private Credentials withRole(Credentials base) {
    String role = settings.roleArn();
    if (role == null) {
      return base;
    }
    Map<String, String> wanted = new HashMap<>(Map.of("role_arn", role));
    if (settings.externalId() != null) {
      wanted.put("external_id", settings.externalId());
    }
    return roles.assume(base, wanted, "deployctl.yml");
  }

  private Credentials base() {
    AmbientCredentials ambient = new AmbientCredentials(environment);
    // As with aws --profile: an explicit profile has precedence over variables.
    boolean onPurpose = settings.profile() != null;
    Credentials found = onPurpose ? null : ambient.variables();
    if (found == null) {
      found =
          new ProfileCredentials(environment, profiles, roles).of(profiles.chosen(), !onPurpose);
    }
    return found == null ? withoutProfile(ambient) : found;
  }

  /** Returns the credentials of the container or the instance, if the profile has none. */
  private Credentials withoutProfile(AmbientCredentials ambient) {
    Credentials found = ambient.container();
    if (found == null) {
      found = ambient.instance();
    }
    if (found == null) {
      throw new DeployException(
          FailureKind.CONFIG,
          "no AWS credentials: not in variables, not in the profile "
              + profiles.chosen()
              + " of "
              + profiles.files()
              + ", and this is no container or instance with a role",
          "name a profile (AWS_PROFILE, or profile under inventory.ec2), run aws configure, or set"
              + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }
    if (profiles.named()) {
      environment
          .warnings()
          .accept(
              "the AWS profile "
                  + profiles.chosen()
                  + " has no credentials; those of "
                  + found.source()
                  + " are used");
    }
    return found;
  }
}
