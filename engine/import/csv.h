// Comma-separated values (RFC 4180), strictly: what is not that form is a mistake with its line, and nothing is mended
// in silence. Debian's libcsv is not used because it does not say in which line a record is.
#pragma once

#include "engine/import/inventory.h"

#include <string>
#include <vector>

namespace rollover::importing {

struct csv_record {
    std::uint32_t line = 0;  ///< of the file, where it begins
    std::vector<std::string> fields;
};

/// The records of a file, the header among them. Fields are separated by a comma, a semicolon or a tab: whichever the
/// first line has most of outside of quotes. Line ends are LF or CRLF. A byte order mark of UTF-8 is skipped, and so
/// are lines without any character but separators and blanks, and lines that start with '#'. Errors: a quote inside of
/// a field without quotes, text after a closing quote, a quote that is never closed, a CR that ends no line, NUL, bytes
/// that are not UTF-8.
[[nodiscard]] std::vector<csv_record> read_csv(const input& file, findings& out);

}  // namespace rollover::importing
