package dev.deployctl.model;

import java.util.Locale;

/** The address of a cloud instance that SSH connects to. */
public enum AddressKind {
  PRIVATE_IP,
  PUBLIC_IP,
  IPV6,
  PRIVATE_DNS,
  PUBLIC_DNS,
  /** The Name tag: an alias in the user's ssh_config, or a name of their own DNS. */
  NAME,
  /** The instance id: for a ProxyCommand that tunnels by it. */
  INSTANCE_ID;

  /** As written in deployctl.yml: {@code private-ip}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
