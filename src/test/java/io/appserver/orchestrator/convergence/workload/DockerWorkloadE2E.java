package io.appserver.orchestrator.convergence.workload;

import io.appserver.orchestrator.runtime.RuntimeFixture;
import io.appserver.orchestrator.runtime.docker.DockerFixture;

/** Docker runs workloads as the contract has it, with the real registry and the real database. */
class DockerWorkloadE2E extends WorkloadContract {

  @Override
  RuntimeFixture connect() {
    return new DockerFixture();
  }
}
