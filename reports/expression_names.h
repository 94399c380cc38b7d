// The names in an expression: "p(99)", "db.utilisation", "clients.segment.premium.p(95)[320]".
#pragma once

#include "reports/expression_parser.h"
#include "reports/expression_scanner.h"

namespace reports {

// Reads [node "." [by "." part "."]] word ["." ("p" | "mean" | "max")] ["(" [percent] ")"]
// ["[" variant "]"] ["during" time ".." time | "after" time]. Null, with the error, when the
// vocabulary has no such figure, or the run no such time.
std::shared_ptr<const Expression::Part> read_figure(Scanner& scanner, const Vocabulary& vocabulary);

}  // namespace reports
