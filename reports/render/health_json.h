// Who was up at a moment of a run, as a Spring Boot service's /actuator/health shows its details.
#pragma once

#include <string>

#include "reports/summary.h"

namespace reports {

// Of a run with run.health_at: a node is DOWN when none of its instances is up. Circuit breakers
// are CLOSED, HALF_OPEN or OPEN.
std::string health_json(const Summary& summary);

}  // namespace reports
