package dev.afterword;

/** The way in: picks a command and runs it. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {}
}
