package io.appserver.orchestrator.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** How much processor time programs have used so far, with all that they started. */
final class ProcessorTime {

  /** In which {@code /proc} counts, whatever the kernel's own ticks are: proc(5), sysconf(3). */
  private static final double TICKS_A_SECOND = 100;

  /** Of {@code /proc/PID/stat}, behind the program's name: utime, stime, cutime and cstime. */
  private static final int FIRST_TIME = 12;

  private static final int TIMES = 4;

  private final List<Long> processes;

  /**
   * @param processes their ids, separated by blanks
   */
  ProcessorTime(String processes) {
    this.processes = Arrays.stream(processes.strip().split("\\s+", -1)).map(Long::valueOf).toList();
  }

  double seconds() {
    return processes.stream()
            .flatMapToLong(ProcessorTime::withDescendants)
            .distinct()
            .map(ProcessorTime::ticks)
            .sum()
        / TICKS_A_SECOND;
  }

  private static LongStream withDescendants(long process) {
    return LongStream.concat(
        LongStream.of(process),
        ProcessHandle.of(process).stream()
            .flatMap(ProcessHandle::descendants)
            .mapToLong(ProcessHandle::pid));
  }

  /** Its own, and that of its children that have ended. */
  private static long ticks(long process) {
    try {
      String stat = Files.readString(Path.of("/proc/%d/stat".formatted(process)));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      return Arrays.stream(fields)
          .skip(FIRST_TIME - 1)
          .limit(TIMES)
          .mapToLong(Long::parseLong)
          .sum();
    } catch (NoSuchFileException e) {
      return 0; // it has ended: whoever started it has its time
    } catch (IOException e) {
      throw new IllegalStateException("the time of process " + process + " cannot be read", e);
    }
  }
}
