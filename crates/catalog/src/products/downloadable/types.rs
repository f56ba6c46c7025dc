//! The data types of downloadable products.

use ferrite_base::Amount;
use ferrite_webapi::dto;
use ferrite_webapi::dto::NoExtension;

dto! {
    /// `Magento\Downloadable\Api\Data\LinkInterface`
    pub struct DownloadLink {
        id: i64 [null],
        title: String [null],
        sort_order: i64,
        is_shareable: i64,
        price: Amount,
        number_of_downloads: i64 [null],
        link_type: String,
        link_file: String [null],
        link_file_content: FileContent [null],
        link_url: String [null],
        sample_type: String,
        sample_file: String [null],
        sample_file_content: FileContent [null],
        sample_url: String [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Downloadable\Api\Data\SampleInterface`
    pub struct DownloadSample {
        id: i64 [null],
        title: String,
        sort_order: i64,
        sample_type: String,
        sample_file: String [null],
        sample_file_content: FileContent [null],
        sample_url: String [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Downloadable\Api\Data\File\ContentInterface`
    pub struct FileContent {
        file_data: String,
        name: String,
        extension_attributes: NoExtension [null],
    }
}
