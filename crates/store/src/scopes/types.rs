//! The types of `/V1/store/…`.

use ferrite_settings::Settings;
use ferrite_webapi::dto;

dto! {
    /// `Magento\Store\Api\Data\StoreInterface`
    pub struct StoreView {
        id: i64,
        code: String,
        name: String,
        website_id: i64,
        store_group_id: i64,
        is_active: i64,
    }
}

dto! {
    /// `Magento\Store\Api\Data\GroupInterface`
    pub struct Group {
        id: i64,
        website_id: i64,
        root_category_id: i64,
        default_store_id: i64,
        name: String,
        code: String,
    }
}

dto! {
    /// `Magento\Store\Api\Data\WebsiteInterface`
    pub struct Website {
        id: i64,
        code: String,
        name: String,
        default_group_id: i64,
    }
}

dto! {
    /// `Magento\Store\Api\Data\StoreConfigInterface`
    pub struct StoreConfig {
        id: i64,
        code: String,
        website_id: i64,
        locale: String,
        base_currency_code: String,
        default_display_currency_code: String,
        timezone: String,
        weight_unit: String,
        base_url: String,
        base_link_url: String,
        base_static_url: String,
        base_media_url: String,
        secure_base_url: String,
        secure_base_link_url: String,
        secure_base_static_url: String,
        secure_base_media_url: String,
    }
}

impl StoreView {
    /// What the Web API shows of a store view.
    pub fn of(view: &ferrite_settings::StoreView) -> Self {
        Self {
            id: view.id.into(),
            code: view.code.clone().into(),
            name: view.name.clone().into(),
            website_id: view.website_id.into(),
            store_group_id: view.store_group_id.into(),
            is_active: view.is_active.into(),
        }
    }
}

impl Group {
    /// What the Web API shows of a store group.
    pub fn of(group: &ferrite_settings::Group) -> Self {
        Self {
            id: group.id.into(),
            website_id: group.website_id.into(),
            root_category_id: group.root_category_id.into(),
            default_store_id: group.default_store_id.into(),
            name: group.name.clone().into(),
            code: group.code.clone().into(),
        }
    }
}

impl Website {
    /// What the Web API shows of a website.
    pub fn of(site: &ferrite_settings::Website) -> Self {
        Self {
            id: site.id.into(),
            code: site.code.clone().into(),
            name: site.name.clone().into(),
            default_group_id: site.default_group_id.into(),
        }
    }
}

impl StoreConfig {
    /// What holds for a store view, read through the fallback.
    pub fn of(view: &ferrite_settings::StoreView, settings: &Settings) -> Self {
        let scope = view.scope();
        let text = |path: &str| settings.text(path, &scope);
        let base = text("web/unsecure/base_url");
        let secure = text("web/secure/base_url");
        Self {
            id: view.id.into(),
            code: view.code.clone().into(),
            website_id: view.website_id.into(),
            locale: text("general/locale/code").into(),
            base_currency_code: text("currency/options/base").into(),
            default_display_currency_code: text("currency/options/default").into(),
            timezone: text("general/locale/timezone").into(),
            weight_unit: text("general/locale/weight_unit").into(),
            base_link_url: base.clone().into(),
            base_static_url: format!("{base}static/").into(),
            base_media_url: format!("{base}media/").into(),
            base_url: base.into(),
            secure_base_link_url: secure.clone().into(),
            secure_base_static_url: format!("{secure}static/").into(),
            secure_base_media_url: format!("{secure}media/").into(),
            secure_base_url: secure.into(),
        }
    }
}
