//! The data types of images and videos.

use ferrite_webapi::dto;

dto! {
    /// `Magento\Catalog\Api\Data\ProductAttributeMediaGalleryEntryInterface`
    pub struct MediaEntry {
        id: i64 [null],
        media_type: String,
        label: String,
        position: i64,
        disabled: bool,
        types: Vec<String>,
        file: String [null],
        content: MediaContent [null],
        extension_attributes: MediaExtension [null],
    }
}

dto! {
    /// `Magento\Framework\Api\Data\ImageContentInterface`
    pub struct MediaContent {
        base64_encoded_data: String,
        r#type: String,
        name: String,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductAttributeMediaGalleryEntryExtensionInterface`
    pub struct MediaExtension {
        video_content: VideoContent [null],
    }
}

dto! {
    /// `Magento\Framework\Api\Data\VideoContentInterface`
    pub struct VideoContent {
        media_type: String,
        video_provider: String,
        video_url: String,
        video_title: String,
        video_description: String,
        video_metadata: String,
    }
}
