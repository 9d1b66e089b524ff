//! Rule: every list of vendors is a marked region, which `generate` keeps complete.

use super::tree::Tree;
use super::violation::violation;
use crate::emit::report::vendor_lists::LISTS;
use crate::output::has_region;
use crate::spec::finding::Finding;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let lost = LISTS.iter().filter(|list| {
        let text = tree.text(list.file);
        text.is_some_and(|text| !has_region(text, list.region))
    });
    let finding = |list: &crate::emit::report::vendor_lists::VendorList| {
        let what = format!(
            "the list of vendors is not in a region marked `{}`",
            list.region
        );
        let to_do =
            "enclose it in `@generated begin` and `@generated end`, and run `cargo xtask generate`";
        violation(list.file, 1, "vendor-list", what, to_do)
    };
    lost.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    #[test]
    fn a_vendor_list_without_region_markers_is_reported() {
        let files = [
            (
                "Cargo.toml",
                "# @generated begin vendors\n# @generated end vendors\n",
            ),
            (".ci/run", "vendor_crates=(acme-sdk)\n"),
        ];
        let said = said(check, &files);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with(
                ".ci/run:1: vendor-list: the list of vendors is not in a region marked `vendors`"
            ),
            "{said:?}"
        );
    }
}
