// What the page that lists labs is drawn from ("spate.catalogue/1").
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/render/lab_json.h"

namespace reports {

// A row, and what came of the lab that proves it.
struct CatalogueRow {
    LabRow row;
    std::string title;
    std::string page;  // the way to it from the catalogue
    bool proven = false;
    std::vector<std::string> why;
    std::size_t statements = 0;
    std::size_t broken = 0;
    std::size_t premises = 0;
};

// By group, in the order in which they come.
std::string catalogue_json(const std::vector<CatalogueRow>& rows, const std::string& version);

}  // namespace reports
