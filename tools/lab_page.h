// The page of a lab that was proven, or was not: what its rows say, the system, each statement with
// what it came to, what the controls take away, and what to try next.
#pragma once

#include <string>

#include "tools/lab_rows.h"
#include "tools/proof.h"

namespace tools {

struct LabPage {
    std::string folder;
    std::string catalogue;  // the way from there to the page of all labs; empty: there is none
    const Rows& rows;
};

// lab.json, report.html and charts/*.svg. The result is one that was made for a page. False after a
// complaint.
bool write_lab_page(const Proof& proof, const Result& result, const LabPage& page);

}  // namespace tools
