// Any bytes in the place of files of this kind (a form feed is between two): mistakes, or a draft that is good XML and,
// when it needs nothing, a lab file.
#include "tests/fuzz/import_csv/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_import(rollover::importing::source::netbox, {reinterpret_cast<const char*>(data), size});
    return 0;
}
