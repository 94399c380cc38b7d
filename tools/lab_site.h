// The page of each of many labs, the page that lists them, and the list of labs as Markdown.
#pragma once

#include <string>
#include <vector>

#include "reports/render/catalogue_json.h"
#include "tools/lab_rows.h"
#include "tools/proof.h"

namespace tools {

// Pages of labs in a folder: of one lab the folder's own page, of several a folder each, and
// index.html with all of them.
class LabSite {
public:
    LabSite(std::string folder, std::size_t labs, Rows rows);

    // Each is false after a complaint. The result is one that was made for a page.
    bool add(const Proof& proof, const Result& result);
    bool finish();

private:
    std::string folder_;
    bool is_one_;
    Rows rows_;
    std::vector<reports::CatalogueRow> listed_;
};

// Rows and the labs that prove them, by group, for people who look at the files.
std::string lab_list(const std::vector<LabFile>& labs, const Rows& rows);

}  // namespace tools
