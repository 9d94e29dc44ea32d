package dev.deployctl.lab;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The exclusive use of a lab by one test class, until it is closed. */
record LabLease(Lab lab) implements AutoCloseable {
  private static final BlockingQueue<Lab> FREE = new LinkedBlockingQueue<>(Lab.all());

  /** Waits for a free lab. */
  static LabLease take() throws InterruptedException {
    return new LabLease(FREE.take());
  }

  @Override
  public void close() {
    FREE.add(lab);
  }
}
