package io.appserver.orchestrator.convergence.workload;

import io.appserver.orchestrator.runtime.RuntimeFixture;
import io.appserver.orchestrator.testing.FakeFixture;

/** The engine in memory runs workloads as the contract has it, with the real database. */
class FakeWorkloadE2E extends WorkloadContract {

  @Override
  RuntimeFixture connect() {
    return new FakeFixture();
  }
}
