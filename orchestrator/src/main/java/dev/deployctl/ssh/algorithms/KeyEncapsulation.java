package dev.deployctl.ssh.algorithms;

import java.security.GeneralSecurityException;

/** The receiving side of a key encapsulation, with a key pair for one use. */
interface KeyEncapsulation {
  /** Returns the encoded public key. */
  byte[] publicKey();

  /** Returns the length of an encapsulated secret. */
  int length();

  /** Returns the secret that was encapsulated for the public key. */
  byte[] extract(byte[] encapsulated) throws GeneralSecurityException;
}
