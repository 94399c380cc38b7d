// A finished run's pictures: its report and its charts, from the files that it wrote.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/topology/scenario.h"
#include "reports/drawn.h"
#include "reports/render/documents.h"

namespace tools {

// What a run, a comparison or a sweep wrote into a folder. None, after a complaint, when it is not
// all there.
std::optional<reports::Documents> read_documents(const std::string& folder);

struct Pictures {
    std::string folder;
    std::string look = "light";          // or "dark"
    std::vector<std::string> only = {};  // names; empty is all of them
    bool png = false;                    // beside each SVG
};
// The files that were written; none after a complaint.
std::optional<std::vector<std::string>> write_pictures(reports::Drawing& drawing,
                                                       const Pictures& pictures);

// Who calls whom, as it is drawn.
std::vector<reports::Link> drawn_links(const models::Scenario& scenario);

// report.html and charts/*.svg. False after a complaint.
bool write_drawn(const reports::Documents& documents, const std::string& folder);

// Whether rsvg-convert is there, which turns an SVG into a PNG.
bool can_write_png();

}  // namespace tools
