package dev.deployctl.lab;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A lab that one class of tests has for itself; free for the next class once this is closed. */
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
