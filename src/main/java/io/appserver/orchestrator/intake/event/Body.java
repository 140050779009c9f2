package io.appserver.orchestrator.intake.event;

/** The bytes of a message as they came. Its text form tells the length only. */
public final class Body {

  private final byte[] bytes;

  /** Keeps the array, which the caller must not change afterwards: bodies may be large. */
  public Body(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Not a copy; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return "(%d bytes)".formatted(bytes.length);
  }
}
