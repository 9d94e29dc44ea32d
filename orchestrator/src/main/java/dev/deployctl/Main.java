package dev.deployctl;

/** The program's only exit. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Wiring.run(args));
  }
}
